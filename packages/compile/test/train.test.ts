import { type Callback, type Executor, type Model, random } from "@latentkit/core";
import { readVariables } from "@latentkit/core/authoring";
import { fromTensors } from "@latentkit/data";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { adam, memoryStore, train } from "@latentkit/training";
import { vae } from "@latentkit/vae";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Value } from "../src/graph/types.js";
import { onnx } from "../src/index.js";
import { lowerings } from "../src/kernels/index.js";
import type { Lowering } from "../src/kernels/types.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const build = () =>
  vae({
    encoder: mlpGaussianEncoder({ inputShape: [6], hiddenUnits: [16], latentDim: 2, seed: 1 }),
    decoder: mlpDecoder({ latentDim: 2, hiddenUnits: [16], outputShape: [6], seed: 2 }),
    beta: (step) => Math.min(1, step / 10),
  });

const weightsOf = async (model: Model): Promise<number[]> => {
  const named = Object.values(model.networks).flatMap((network) => network.weights.map((w) => w.read() as tf.Variable));
  const values = await readVariables(new Map(named.map((variable, i) => [`${i}`, variable])));
  return [...values.values()].flatMap(({ data }) => [...(data as Float32Array)]);
};

const data = () => fromTensors({ x: random(3).uniform([40, 6]) });

/** Steps of a pass: training leaves out the last 8 of 40 examples, which fill no batch. */
const PASS = 2;

const options = (executor: Executor | undefined, lines: string[] = []) => ({
  batchSize: 16,
  seed: 4,
  optimizers: adam({ learningRate: 1e-2 }),
  clipNorm: 1,
  ema: 0.9,
  logEvery: 5,
  executor,
  warn: (line: string) => lines.push(line),
});

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0);
}

describe("train with the onnx executor", () => {
  it("moves weights and averages as the eager run does, with clipping and schedules", async () => {
    const lines: string[] = [];
    const runs = [];
    for (const executor of [undefined, onnx({ warn: (line) => lines.push(line) })]) {
      const model = build();
      const result = await train(model, await data(), { ...options(executor), steps: 24 });
      runs.push({ weights: await weightsOf(model), history: result.history });
      model.dispose();
    }
    const [eager, compiled] = runs as [(typeof runs)[0], (typeof runs)[0]];
    expect(lines).toEqual([]);
    expect(largestDifference(compiled.weights, eager.weights)).toBeLessThan(2e-3);
    eager.history.forEach((row, i) => {
      for (const [key, value] of Object.entries(row)) {
        if (key.startsWith("vae/")) expect(compiled.history[i]![key]!).toBeCloseTo(value, 2);
      }
    });
  });

  it.each([0, 2])("continues a compiled run bit for bit, with %i updates compared", async (verifySteps) => {
    const whole = build();
    await train(whole, await data(), { ...options(onnx({ verifySteps })), steps: 20 });
    const store = memoryStore();
    for (const steps of [1, 5, 20]) {
      const model = build();
      await train(model, await data(), {
        ...options(onnx({ verifySteps })),
        steps,
        checkpoint: { store, every: 9, resume: true },
      });
      if (steps === 20) expect(largestDifference(await weightsOf(model), await weightsOf(whole))).toBe(0);
      model.dispose();
    }
    whole.dispose();
  });

  it("gives the same weights however many updates are compared", async () => {
    const runs = [];
    for (const verifySteps of [0, 9]) {
      const model = build();
      await train(model, await data(), { ...options(onnx({ verifySteps })), steps: 9 });
      runs.push(await weightsOf(model));
      model.dispose();
    }
    expect(runs[1]).toEqual(runs[0]);
  });

  it("goes on eagerly where a run had found that its step cannot be compiled", async () => {
    const lines: string[] = [];
    const executor = () => onnx({ warn: (line) => lines.push(line) });
    const table = lowerings as Record<string, Lowering>;
    const right = table.Softplus!;
    table.Softplus = (inputs, attributes, g) => g.mul(right(inputs, attributes, g) as Value, 1.01);
    const store = memoryStore();
    try {
      const whole = build();
      await train(whole, await data(), { ...options(executor()), steps: 6 });
      for (const steps of [3, 6]) {
        const model = build();
        await train(model, await data(), { ...options(executor()), steps, checkpoint: { store, resume: true } });
        if (steps === 6) expect(await weightsOf(model)).toEqual(await weightsOf(whole));
        model.dispose();
        // The cause may be gone; what the run has found stays.
        table.Softplus = right;
      }
      whole.dispose();
    } finally {
      table.Softplus = right;
    }
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/^onnx: 'vae' runs eagerly: as before: compiled and eager results differ from/);
  });

  it("compiles beside another copy of this package", async () => {
    const lines: string[] = [];
    vi.resetModules();
    const copy = (await import("../src/index.js")) as typeof import("../src/index.js");
    expect(copy.onnx).not.toBe(onnx);
    for (const make of [onnx, copy.onnx, onnx]) {
      const model = build();
      await train(model, await data(), { ...options(make({ warn: (line) => lines.push(line) })), steps: 2 });
      model.dispose();
    }
    expect(lines).toEqual([]);
  });

  it("shows callbacks the newest weights", async () => {
    const model = build();
    const sums: number[] = [];
    const watch: Callback = {
      name: "watch",
      every: 4,
      onStep: async () => {
        sums.push((await weightsOf(model)).reduce((a, b) => a + b, 0));
      },
    };
    await train(model, await data(), { ...options(onnx({})), steps: 16, callbacks: [watch] });
    expect(new Set(sums).size).toBe(sums.length);
    expect(sums.length).toBe(4);
    model.dispose();
  });

  it("shows the newest weights at the end of a pass and after a failure, unasked", async () => {
    const [model, short, longer] = [build(), build(), build()];
    let atEpoch: number[] | undefined;
    const failing: Callback = {
      name: "failing",
      every: 1,
      onEpoch: async ({ step }) => {
        atEpoch ??= await weightsOf(model);
        expect(step).toBe(PASS);
      },
      onStep: ({ step }) => {
        if (step === PASS + 2) throw new Error("stop here");
      },
    };
    const run = async (of: typeof model, more: { steps: number; callbacks?: Callback[] }) =>
      train(of, await data(), { ...options(onnx({ verifySteps: 0 })), ...more });
    await expect(run(model, { steps: 16, callbacks: [failing] })).rejects.toThrow("stop here");
    await run(short, { steps: PASS });
    expect(largestDifference(atEpoch!, await weightsOf(short))).toBe(0);
    await run(longer, { steps: PASS + 2 });
    expect(largestDifference(await weightsOf(model), await weightsOf(longer))).toBe(0);
    for (const of of [model, short, longer]) of.dispose();
  });
});
