import * as tf from "@tensorflow/tfjs";
import type { Runner } from "./runner.js";
import { prepareStock } from "./stock.js";

/** TensorFlow.js's JavaScript backend as it ships, with its own Adam. */
export const runner: Runner = {
  name: "stock tfjs cpu",
  async start() {
    await tf.setBackend("cpu");
    return `tfjs ${tf.version.tfjs}`;
  },
  prepare: prepareStock,
};
