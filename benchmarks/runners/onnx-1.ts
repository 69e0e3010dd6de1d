import * as tf from "@tensorflow/tfjs";
import { prepareCompiled } from "./compiled.js";
import type { Runner } from "./runner.js";

/** The step as one ONNX graph on one thread of the processor: what jax-js has in Node.js. */
export const runner: Runner = {
  name: "LatentKit onnx, 1 thread",
  async start() {
    await tf.setBackend("cpu");
    return "onnxruntime-node, cpu, 1 thread";
  },
  prepare: (workload) => prepareCompiled(workload, { provider: "cpu", threads: 1 }),
};
