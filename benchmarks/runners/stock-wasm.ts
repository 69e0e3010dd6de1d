import * as tf from "@tensorflow/tfjs";
import type { Runner } from "./runner.js";
import { prepareStock } from "./stock.js";

/** TensorFlow.js's wasm backend as it ships, with its own Adam. */
export const runner: Runner = {
  name: "stock tfjs wasm",
  async start() {
    await import("@tensorflow/tfjs-backend-wasm");
    await tf.setBackend("wasm");
    return `tfjs ${tf.version.tfjs}`;
  },
  prepare: prepareStock,
};
