import { pixelCnn } from "@latentkit/autoregressive";
import { random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import type { Workload } from "./workload.js";

/** The 32-wide PixelCNN of 15 blocks on binary 28×28, batch 16, Adam 1e-3. Masked taps are not computed here, and are in PyTorch. */
export const pixelCnnStep: Workload = {
  name: "pixel-cnn-b16",
  batchSize: 16,
  model: () => pixelCnn({ inputShape: [28, 28, 1], seed: 1 }),
  batch: () => ({ x: tf.tidy(() => tf.round(random(1).stream("data").uniform([16, 28, 28, 1]))) }),
  optimizers: { pixelCnn: { learningRate: 1e-3 } },
};
