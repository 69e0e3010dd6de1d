import * as tf from "@tensorflow/tfjs";
import type { Runner } from "../runners/runner.js";
import { type Answer, answering, type Command } from "../serve.js";
import { onnxWeb } from "./onnx.js";

const answers = new Map<string, (command: Command) => Promise<Answer>>();

async function runnerOf(name: string, threads: number): Promise<Runner> {
  if (name === "onnx") return onnxWeb(threads);
  // jax-js takes as many workers as the browser says there are processors, if memory can be shared.
  Object.defineProperty(navigator, "hardwareConcurrency", { value: threads });
  return (await import("../runners/jax.js")).runner;
}

/** What `browser.mjs` calls in the page: both sides live in one page and take turns. */
const bench = {
  async start(name: string, threads: number) {
    tf.enableProdMode();
    const runner = await runnerOf(name, threads);
    const device = await runner.start();
    answers.set(name, answering(runner));
    return { name: runner.name, device, isolated: crossOriginIsolated };
  },
  answer: (name: string, command: Command): Promise<Answer> => answers.get(name)!(command),
};

Object.assign(globalThis, { bench });
