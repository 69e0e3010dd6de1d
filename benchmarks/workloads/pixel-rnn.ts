import { pixelRnn } from "@latentkit/autoregressive";
import { random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import type { Workload } from "./workload.js";

/** The PixelRNN with one Diagonal BiLSTM of 32 units on binary 28×28, batch 16, Adam 1e-3. */
export const pixelRnnStep: Workload = {
  name: "pixel-rnn-b16",
  batchSize: 16,
  model: () => pixelRnn({ inputShape: [28, 28, 1], cell: "diagonal", seed: 1 }),
  batch: () => ({ x: tf.tidy(() => tf.round(random(1).stream("data").uniform([16, 28, 28, 1]))) }),
  optimizers: { pixelRnn: { learningRate: 1e-3 } },
};
