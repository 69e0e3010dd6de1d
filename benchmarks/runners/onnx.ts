import * as tf from "@tensorflow/tfjs";
import { prepareCompiled } from "./compiled.js";
import type { Runner } from "./runner.js";

const THREADS = 2;

/** The step as one ONNX graph on the processor, two threads as PyTorch has. */
export const runner: Runner = {
  name: "LatentKit onnx",
  async start() {
    await tf.setBackend("cpu");
    return `onnxruntime-node, cpu, ${THREADS} threads`;
  },
  prepare: (workload) => prepareCompiled(workload, { provider: "cpu", threads: THREADS }),
};
