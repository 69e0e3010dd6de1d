import {
  type Batch,
  type Executor,
  type PreparedStep,
  random,
  type StepContext,
  type StepProgram,
} from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { agree, findDifference, type UpdatePair } from "../src/executor/compare.js";
import type { Value } from "../src/graph/types.js";
import { onnx } from "../src/index.js";
import { lowerings } from "../src/kernels/index.js";
import type { Lowering } from "../src/kernels/types.js";
import { adamProgram } from "./programs.js";
import { convAutoencoder, mlpVae } from "./workloads.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

/** Logs of some updates, and what is left in the variables. */
async function runSteps(program: StepProgram, batch: Batch, steps: number, executor?: Executor, from = 0) {
  const stream = random(5);
  const prepared: PreparedStep = executor?.prepare([program], stream)[0] ?? {
    run: (b, update) => program.run(b, stepContext(stream.stream(program.name).at(update), update, true)),
  };
  const logs: number[][] = [];
  for (let update = from; update < from + steps; update++) {
    const row = await prepared.run(batch, update);
    logs.push(
      await Promise.all(Object.values(row).map(async (v) => (typeof v === "number" ? v : (await v.data())[0]!))),
    );
    tf.dispose(Object.values(row).filter((v) => typeof v !== "number"));
  }
  await prepared.dispose?.();
  return { logs, weights: await Promise.all(program.variables.map(async (v) => [...(await v.data())])) };
}

function expectClose(a: readonly (readonly number[])[], b: readonly (readonly number[])[], tolerance: number): void {
  expect(a.length).toBe(b.length);
  a.forEach((row, i) => {
    row.forEach((value, k) => {
      expect(Math.abs(value - b[i]![k]!)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(b[i]![k]!)));
    });
  });
}

/** Equal weights for two programs of one shape. */
function copyWeights(from: StepProgram, to: StepProgram): void {
  from.variables.forEach((variable, i) => {
    to.variables[i]!.assign(tf.clone(variable) as tf.Tensor);
  });
}

describe("onnx executor", () => {
  it("gives the eager run's losses and weights, with the same noise and schedules", async () => {
    const batch = { x: random(1).uniform([8, 12]) };
    const [eager, compiled] = [mlpVae(12, 16, 3), mlpVae(12, 16, 3)];
    copyWeights(eager, compiled);
    const lines: string[] = [];
    const a = await runSteps(eager, batch, 8);
    const b = await runSteps(compiled, batch, 8, onnx({ warn: (line) => lines.push(line) }));
    expect(lines).toEqual([]);
    expectClose(b.logs, a.logs, 1e-5);
    expectClose(b.weights, a.weights, 2e-4);
  });

  it("keeps the tensor count constant and takes weights that somebody changed", async () => {
    const program = mlpVae(12, 16, 3);
    const batch = { x: random(1).uniform([8, 12]) };
    const prepared = onnx({ provider: "cpu" }).prepare([program], random(5))[0]!;
    for (let i = 0; i < 4; i++) tf.dispose(Object.values(await prepared.run(batch, i)) as tf.Tensor[]);
    const before = tf.memory().numTensors;
    const first = (await prepared.run(batch, 9)) as { loss: number };
    const weight = program.variables[0]!;
    const values = await weight.data();
    weight.assign(tf.zerosLike(weight));
    const zeroed = (await prepared.run(batch, 9)) as { loss: number };
    expect(zeroed.loss).not.toBeCloseTo(first.loss, 3);
    expect(values.some((value) => value !== 0)).toBe(true);
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(1);
    for (let i = 0; i < 10; i++) await prepared.run(batch, 10 + i);
    const later = tf.memory().numTensors;
    for (let i = 0; i < 10; i++) await prepared.run(batch, 20 + i);
    expect(tf.memory().numTensors).toBe(later);
    await prepared.dispose?.();
  });

  it("moves a variable once that a program lists twice", async () => {
    const build = () => {
      const weights = [tf.variable(tf.randomNormal([4, 3], 0, 1, "float32", 3)), tf.variable(tf.ones([3, 2]))];
      const loss = ({ x }: Batch) => {
        const y = tf.matMul(tf.matMul(x!, weights[0] as tf.Tensor2D), weights[1] as tf.Tensor2D);
        return { loss: tf.sum(tf.square(y)) as tf.Scalar };
      };
      return adamProgram({ name: "twice", weights, others: weights, learningRate: 0.05, loss });
    };
    const batch = { x: random(1).uniform([3, 4]) };
    const eager = await runSteps(build(), batch, 6);
    const compiled = await runSteps(build(), batch, 6, onnx());
    expectClose(compiled.weights, eager.weights, 1e-5);
  });

  it("compiles a last partial batch on its own", async () => {
    const program = mlpVae(12, 16, 3);
    const lines: string[] = [];
    const prepared = onnx({ warn: (line) => lines.push(line) }).prepare([program], random(5))[0]!;
    for (let i = 0; i < 8; i++) {
      const batch = { x: random(1).uniform([i % 4 === 3 ? 5 : 8, 12]) };
      const logs = await prepared.run(batch, i);
      expect(Number.isFinite(typeof logs.loss === "number" ? logs.loss : 0)).toBe(true);
    }
    expect(lines).toEqual([]);
    await prepared.dispose?.();
  });

  const misbehaving = (name: string, noise: () => tf.Tensor): StepProgram => {
    const weight = tf.variable(tf.randomNormal([4, 2], 0, 1, "float32", 3));
    return adamProgram({
      name,
      weights: [weight],
      loss: ({ x }) => ({
        loss: tf.sum(tf.square(tf.add(tf.matMul(x!, weight as tf.Tensor2D), noise()))) as tf.Scalar,
      }),
    });
  };
  const linesOf = async (program: StepProgram, steps = 6): Promise<string[]> => {
    const lines: string[] = [];
    await runSteps(program, { x: random(1).uniform([3, 4]) }, steps, onnx({ warn: (line) => lines.push(line) }));
    return lines;
  };

  it("names noise that does not come from the stream, and runs eagerly", async () => {
    const lines = await linesOf(misbehaving("noisy", () => tf.randomNormal([3, 2])));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^onnx: 'noisy' runs eagerly: recorded twice, the step changes a value at Add#/);
  });

  it("names a number that JavaScript counts up", async () => {
    let count = 0;
    expect((await linesOf(misbehaving("counter", () => tf.scalar(count++))))[0]).toMatch(/changes a value at Add#/);
  });

  it("notices a number that changes later", async () => {
    let level = 1;
    const program = misbehaving("later", () => tf.scalar(level));
    const lines: string[] = [];
    const prepared = onnx({ warn: (line) => lines.push(line) }).prepare([program], random(5))[0]!;
    const batch = { x: random(1).uniform([3, 4]) };
    for (let i = 0; i < 20; i++) {
      if (i === 6) level = 2;
      await prepared.run(batch, i);
    }
    expect(lines[0]).toMatch(/runs eagerly: from update 15 on the step changes a value at Add#/);
  });

  it("names a step that reads values in JavaScript", async () => {
    const program = misbehaving("reader", () => tf.scalar(tf.scalar(2).dataSync()[0]!));
    expect((await linesOf(program))[0]).toMatch(/reads a tensor's values in JavaScript/);
  });

  it("names a kernel that it does not know, once, and runs eagerly", async () => {
    const program = misbehaving("unknown", () => tf.sum(tf.bincount(tf.tensor1d([0, 1], "int32"), tf.ones([2]), 2)));
    const line = /^onnx: 'unknown' runs eagerly: kernel 'Bincount' cannot be compiled yet\.$/;
    expect(await linesOf(program)).toEqual([expect.stringMatching(line)]);
  });

  it("names a variable that the program does not list", async () => {
    const hidden = tf.variable(tf.scalar(1), true, "hidden");
    expect((await linesOf(misbehaving("secretive", () => hidden)))[0]).toMatch(/variable 'hidden'/);
  });

  it("catches a compiled result that is wrong", async () => {
    const program = misbehaving("wrong", () => tf.scalar(0.5));
    let calls = 0;
    // Two recordings agree; the eager step that follows does something else.
    const shifty: StepProgram = { ...program, run: (b, c) => (calls++ < 2 ? program : other).run(b, c) };
    const other = { run: (b: Batch, c: StepContext) => program.run({ x: tf.mul(b.x!, 1.1) }, c) };
    expect((await linesOf(shifty))[0]).toMatch(/results differ from Multiply where BatchMatMul was recorded: loss is/);
  });

  it("catches a variable that only the eager step moves", async () => {
    const program = misbehaving("forgetful", () => tf.scalar(0.5));
    const extra = tf.variable(tf.scalar(0), false, "extra");
    let calls = 0;
    const run = (b: Batch, c: StepContext) => {
      if (calls++ >= 2) extra.assign(tf.add(extra, 1));
      return program.run(b, c);
    };
    const lines = await linesOf({ ...program, variables: [...program.variables, extra], run });
    expect(lines[0]).toMatch(/variable 'extra' lies 1\.0e\+0 apart/);
  });

  it("lets a weight differ whose gradient is a rounding error, and no other", () => {
    const [weight, mean] = [0, 1].map(() => tf.variable(tf.tensor1d([0, 0])));
    const sides = (eager: number[], compiled: number[]) => ({ eager, compiled, disturbed: [compiled] });
    const pair = (gradient: number[], moved: number[]): UpdatePair => ({
      logs: {},
      gradients: [{ variable: weight!, ...sides([1, 1e-7], gradient) }],
      variables: [
        { variable: weight!, before: [0, 0], gradient: 0, ...sides([-1e-3, -1e-3], moved) },
        { variable: mean!, before: [0, 0], gradient: 0, ...sides([0.1, 1e-8], [0.1 * gradient[0]!, 0]) },
      ],
    });
    expect(findDifference(pair([1, -1e-7], [-1e-3, 1e-3]), 1e-3)).toBeUndefined();
    expect(findDifference(pair([1, 1e-7], [-9e-4, -1e-3]), 1e-3)?.text).toMatch(/lies 1\.0e-4 apart/);
    expect(findDifference(pair([1.01, 0], [-1e-3, 0]), 1e-3)?.text).toMatch(/the gradient of .* lies 1\.0e-2 apart/);
  });

  it("takes NaN on both sides for agreement, and tells one that only the compiled step has", () => {
    const weight = tf.variable(tf.tensor1d([0, 0]));
    const pair = (eager: number[], compiled: number[]): UpdatePair => ({
      ...{ logs: {}, gradients: [] },
      variables: [{ variable: weight, before: [0, 0], eager, compiled, disturbed: [compiled] }],
    });
    expect(findDifference(pair([Number.NaN, 1], [0, Number.NaN]), 1e-3)).toBeUndefined();
    expect(findDifference(pair([1, 1], [1, Number.NaN]), 1e-3)).toMatchObject({ notFinite: true });
    expect(findDifference(pair([1, Number.NaN], [1, 1]), 1e-3)).toMatchObject({ notFinite: false });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("measures nothing by a disturbed result of %d", (bad) => {
    const weight = tf.variable(tf.tensor1d([0, 0]));
    const log = (eager: number, compiled: number): UpdatePair => ({
      ...{ logs: { loss: { eager, compiled, disturbed: [bad, compiled] } }, gradients: [], variables: [] },
    });
    const sides = (eager: number[], compiled: number[]) => ({ eager, compiled, disturbed: [[bad, 1], compiled] });
    const step = (gradient: number[], moved: number[], other = [1, 1]): UpdatePair => ({
      logs: {},
      gradients: [
        { variable: weight, ...sides([1, 1], gradient) },
        { variable: weight, ...sides(other, other) },
      ],
      variables: [{ variable: weight, before: [0, 0], gradient: 0, ...sides([0.1, 0.1], moved) }],
    });
    // Neither a false alarm nor a pass in silence.
    expect(findDifference(log(1, 1), 1e-3)).toBeUndefined();
    expect(findDifference(log(1, 1.5), 1e-3)?.text).toMatch(/loss is 1\.5/);
    expect(findDifference(step([1, 1], [0.1, 0.1]), 1e-3)).toBeUndefined();
    expect(findDifference(step([1, 1], [0.1, 0.1], [bad, 1]), 1e-3)).toBeUndefined();
    expect(findDifference(step([2, 1], [0.1, 0.1]), 1e-3)?.text).toMatch(/the gradient of/);
    expect(findDifference(step([1, 1], [0.2, 0.1]), 1e-3)?.text).toMatch(/^variable /);
    // A side that alone is not finite is a difference, however large the allowance would be.
    for (const [eager, compiled] of [
      [bad, 1],
      [1, bad],
    ] as const) {
      const found = { notFinite: Object.is(compiled, bad) };
      expect(findDifference(log(eager, compiled), 1e-3)).toMatchObject(found);
      const { gradients, ...others } = step([1, 1], [0.1, 0.1]);
      const given = { variable: weight, ...sides([eager, 1], [compiled, 1]) };
      expect(findDifference({ ...others, gradients: [...gradients, given] }, 1e-3)).toMatchObject(found);
      expect(agree(sides([eager, ...Array(999).fill(1)], [compiled, ...Array(999).fill(1)]), 1e-3)).toBe(false);
    }
  });

  it("names the kernel whose compiled result is wrong", async () => {
    const table = lowerings as Record<string, Lowering>;
    const right = table.Square!;
    table.Square = (inputs, attributes, g) => g.mul(right(inputs, attributes, g) as Value, 1.01);
    try {
      expect((await linesOf(misbehaving("off", () => tf.scalar(0.5))))[0]).toMatch(
        /compiled and eager results differ from Square, kernel \d+ of \d+: loss is/,
      );
    } finally {
      table.Square = right;
    }
  });

  it("compares a few examples when the whole batch is too slow eagerly", async () => {
    const program = convAutoencoder(8, 16, 16);
    const eagerExamples: number[] = [];
    const watched: StepProgram = {
      ...program,
      run: (batch, context) => {
        if (tf.getBackend() === "cpu") eagerExamples.push(batch.x!.shape[0]!);
        return program.run(batch, context);
      },
    };
    const lines: string[] = [];
    const prepared = onnx({ warn: (line) => lines.push(line) }).prepare([watched], random(5))[0]!;
    const { loss } = await prepared.run({ x: random(1).uniform([512, 8, 8, 1]) }, 0);
    expect(typeof loss).toBe("number");
    expect(eagerExamples).toHaveLength(1);
    expect(eagerExamples[0]).toBeLessThan(300);
    expect(lines).toEqual([]);
    await prepared.dispose?.();
  });

  it("refuses options that cannot work", () => {
    expect(() => onnx({ provider: "tpu" as "cpu" })).toThrow(/expected `provider`/);
    expect(() => onnx({ threads: 0 })).toThrow(/expected `threads`/);
  });
});
