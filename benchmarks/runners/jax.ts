import { defaultDevice, init, numpy as np } from "@jax-js/jax";
import * as tf from "@tensorflow/tfjs";
import { prepareJax } from "../jax/program.js";
import { jaxObjectives } from "../jax/workloads.js";
import type { Runner } from "./runner.js";

/** The package does not tell its version: as pinned in `package.json`. */
const VERSION = "0.1.25";

/**
 * jax-js on WebAssembly: gradients and Adam in one jitted function per objective, noise from its own generator, channels
 * first. It shares memory with web workers where there are some: not in Node.js.
 */
export const runner: Runner = {
  name: "jax-js wasm",
  async start() {
    await tf.setBackend("cpu");
    const devices = await init("wasm");
    if (!devices.includes("wasm")) throw new Error("jax-js has no wasm device here.");
    defaultDevice("wasm");
    const parallel = typeof SharedArrayBuffer !== "undefined" && typeof Worker !== "undefined";
    return `@jax-js/jax ${VERSION}, wasm, ${parallel ? `${navigator.hardwareConcurrency} threads` : "1 thread"}`;
  },
  async prepare(workload) {
    const { x } = workload.batch();
    const [batch, height, width] = x!.shape;
    // Images of one channel: channels first is another shape of the same numbers.
    const shape = x!.rank === 4 ? [batch!, 1, height!, width!] : x!.shape;
    const values = np.array((await x!.data()) as Float32Array).reshape(shape);
    x!.dispose();
    return prepareJax(workload, jaxObjectives[workload.name]!, values);
  },
};
