import { type Batch, random, type StepProgram } from "@latentkit/core";
import { fetchHeld, stepContext } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type OnnxProvider, type OnnxRuntimeModule, onnx } from "../../src/index.js";
import { convAutoencoder, mlpVae, wganGp } from "../workloads.js";

const wasmFolder = "/node_modules/onnxruntime-web/dist/";

const cases: Record<string, [() => StepProgram, () => Batch]> = {
  "mlp-vae": [() => mlpVae(784, 400, 20), () => ({ x: random(1).uniform([128, 784]) })],
  "conv-ae": [() => convAutoencoder(28, 16, 32), () => ({ x: random(1).uniform([8, 28, 28, 1]) })],
  "wgan-gp": [() => wganGp(128)[0]!, () => ({ x: random(1).normal([256, 2]) })],
};

/** What `scripts/browser-tests.mjs` calls in the page. */
const tests = {
  /** Compiles a workload and compares it with the eager step: lines that the executor wrote, and times of one update. */
  async compiled(name: string, provider: OnnxProvider, threads: number) {
    tf.enableProdMode();
    await tf.setBackend("cpu");
    const runtime = (provider === "webgpu"
      ? await import("onnxruntime-web/webgpu")
      : await import("onnxruntime-web")) as unknown as OnnxRuntimeModule;
    runtime.env.wasm.wasmPaths = wasmFolder;
    const [build, makeBatch] = cases[name]!;
    const [program, batch, stream] = [build(), makeBatch(), random(5)];
    const lines: string[] = [];
    const executor = onnx({ provider, threads, runtime, verifySteps: 1, warn: (line) => lines.push(line) });
    const step = executor.prepare([program], stream)[0]!;
    const started = performance.now();
    await step.run(batch, 0);
    const prepared = performance.now() - started;
    const times: number[] = [];
    let logs: Readonly<Record<string, unknown>> = {};
    for (let update = 1; update < 9; update++) {
      const start = performance.now();
      logs = await step.run(batch, update);
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    // The weights that are read are those that the next update uses, wherever it keeps them.
    await fetchHeld(program.variables);
    const held = program.variables.map((variable) => tf.clone(variable));
    const next = (await step.run(batch, 9)).loss as number;
    program.variables.forEach((variable, i) => {
      variable.assign(held[i]!);
    });
    const start = performance.now();
    const eagerly = program.run(batch, stepContext(stream.stream(program.name).at(9), 9, true));
    const nextEagerly = (await eagerly.loss!.data())[0]!;
    tf.dispose([...held, ...Object.values(eagerly)]);
    await step.dispose?.();
    return {
      apart: Math.abs(next - nextEagerly) / Math.abs(nextEagerly),
      lines,
      prepared,
      compiled: times[4]!,
      eager: performance.now() - start,
      loss: logs.loss,
      isolated: crossOriginIsolated,
    };
  },
};

export type BrowserTests = typeof tests;
Object.assign(globalThis, { tests });
