import { convAutoencoder } from "./conv-autoencoder.js";
import { dcgan } from "./dcgan.js";
import { mlpVae } from "./mlp-vae.js";
import { pixelCnnStep } from "./pixel-cnn.js";
import { pixelRnnStep } from "./pixel-rnn.js";
import { wganGp } from "./wgan-gp.js";
import type { Workload } from "./workload.js";

export type { Workload } from "./workload.js";

/** The workloads, in the order in which they are reported. */
export const workloads: readonly Workload[] = [mlpVae, convAutoencoder, dcgan, wganGp, pixelCnnStep, pixelRnnStep];
