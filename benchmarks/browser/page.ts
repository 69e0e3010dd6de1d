import * as tf from "@tensorflow/tfjs";
import type { Runner } from "../runners/runner.js";
import { type Answer, answering, type Command } from "../serve.js";
import { eagerWasm } from "./eager.js";
import { onnxWeb } from "./onnx.js";

interface Started {
  /** TensorFlow.js's backend, which the runners of a page share. */
  readonly backend: string;
  readonly answer: (command: Command) => Promise<Answer>;
}

const started = new Map<string, Started>();

async function runnerOf(name: string, threads: number): Promise<Runner> {
  if (name === "onnx") return onnxWeb(threads);
  if (name === "wasm") return eagerWasm;
  if (name !== "jax") throw new Error(`There is no runner '${name}' for browsers: onnx, wasm, jax.`);
  // jax-js takes as many workers as the browser says there are processors, if memory can be shared.
  Object.defineProperty(navigator, "hardwareConcurrency", { value: threads });
  return (await import("../runners/jax.js")).runner;
}

/** What `browser.mjs` calls in the page: all sides live in one page and take turns. */
const bench = {
  async start(name: string, threads: number) {
    tf.enableProdMode();
    const runner = await runnerOf(name, threads);
    const device = await runner.start();
    started.set(name, { backend: tf.getBackend(), answer: answering(runner) });
    return { name: runner.name, device };
  },
  async answer(name: string, command: Command): Promise<Answer> {
    const { backend, answer } = started.get(name)!;
    await tf.setBackend(backend);
    return answer(command);
  },
};

Object.assign(globalThis, { bench });
