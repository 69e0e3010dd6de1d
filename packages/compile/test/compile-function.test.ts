import { type Batch, type InferenceFunction, random, type StepContext } from "@latentkit/core";
import { runEagerly } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Value } from "../src/graph/types.js";
import { onnx } from "../src/index.js";
import { lowerings } from "../src/kernels/index.js";
import type { Lowering } from "../src/kernels/types.js";
import { mlpVae } from "./workloads.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

let lines: string[] = [];
afterEach(() => {
  lines = [];
});
const executor = (options = {}) => onnx({ ...options, warn: (line) => lines.push(line) });

const network = () =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: 8, inputShape: [5], activation: "relu" }),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.dense({ units: 3 }),
    ],
  });

/** Noise, a schedule, several results, one of them an input and one a whole number. */
const looking =
  (net: tf.LayersModel): InferenceFunction =>
  ({ x }, step) => {
    const y = net.apply(x!, { training: step.training }) as tf.Tensor;
    const rate = step.schedule((update) => 0.1 * update);
    step.random.uniform([7]);
    const noisy = tf.add(y, tf.mul(rate, step.random.normal(y.shape)));
    return { x: x!, noisy, best: tf.argMax(y, -1), loss: tf.mean(tf.square(noisy)) };
  };

const valuesOf = (results: Readonly<Record<string, tf.Tensor>>) =>
  Promise.all(Object.entries(results).map(async ([key, t]) => [key, t.shape, t.dtype, [...(await t.data())]] as const));

async function expectEager(fn: InferenceFunction, batch: Batch, found: Readonly<Record<string, tf.Tensor>>, at = 3) {
  const eager = await valuesOf(runEagerly(fn, batch, random(2).at(at), at));
  const compiled = await valuesOf(found);
  expect(compiled.map(([key, shape, dtype]) => [key, shape, dtype])).toEqual(
    eager.map(([key, shape, dtype]) => [key, shape, dtype]),
  );
  eager.forEach(([, , , values], i) => {
    values.forEach((value, k) => {
      expect(compiled[i]![3][k]!).toBeCloseTo(value, 5);
    });
  });
}

describe("a compiled function", () => {
  it("gives what it gives eagerly, for batches of several shapes, with the weights of now", async () => {
    const net = network();
    const fn = looking(net);
    const prepared = executor().compile(fn);
    for (const size of [4, 2, 4]) {
      const batch = { x: random(size).normal([size, 5]) };
      await expectEager(fn, batch, await prepared.run(batch, random(2).at(3), 3));
      const weight = net.trainableWeights[0]!.read() as tf.Variable;
      weight.assign(tf.tidy(() => tf.mul(weight, 1.5)));
    }
    const batch = { x: random(9).normal([4, 5]) };
    const before = tf.memory().numTensors;
    tf.dispose(await prepared.run(batch, random(2).at(3), 3));
    expect(tf.memory().numTensors).toBe(before);
    await prepared.dispose();
    expect(lines).toEqual([]);
    await expectEager(fn, batch, await prepared.run(batch, random(2).at(3), 3));
  });

  it("needs no batch, and goes on with its stream", async () => {
    const fn = (_: Batch, step: StepContext) => ({ z: step.random.normal([2, 3]) });
    const prepared = executor().compile(fn);
    const [stream, twin] = [random(4), random(4)];
    for (let i = 0; i < 3; i++) {
      expect(await (await prepared.run({}, stream)).z!.data()).toEqual(await twin.normal([2, 3]).data());
    }
    await prepared.dispose();
  });

  it("sees what a compiled run has just done to the weights", async () => {
    const program = mlpVae(6, 4, 2);
    const onOnnx = executor();
    const step = onOnnx.prepare([program], random(5))[0]!;
    const prepared = onOnnx.compile(() => ({ sum: tf.addN(program.variables.slice(0, 4).map((v) => tf.sum(v))) }));
    const batch = { x: random(1).uniform([4, 6]) };
    const sums = new Set<number>();
    for (let update = 0; update < 5; update++) {
      await step.run(batch, update);
      const { sum } = await prepared.run({});
      const [found] = await sum!.data();
      const values = await Promise.all(program.variables.slice(0, 4).map((variable) => variable.data()));
      expect(found).toBeCloseTo(
        values.flatMap((data) => [...data]).reduce((a, b) => a + b, 0),
        4,
      );
      sums.add(found!);
    }
    expect(sums.size).toBe(5);
    await step.dispose?.();
    expect((await (await prepared.run({})).sum!.data())[0]).toBeCloseTo([...sums].at(-1)!, 4);
    await prepared.dispose();
    expect(lines).toEqual([]);
  });

  it("is called eagerly where it cannot be compiled, with a line", async () => {
    const weight = tf.variable(tf.scalar(1), false, "looked-at");
    const cases: [InferenceFunction, RegExp][] = [
      [() => ({ y: tf.bincount(tf.tensor1d([0, 1], "int32"), tf.ones([2]), 2) }), /kernel 'Bincount'/],
      [
        () => {
          weight.assign(tf.add(weight, 1));
          return { y: weight };
        },
        /assigns variable 'looked-at'/,
      ],
      [() => ({ y: tf.randomNormal([2]) }), /recorded twice, the function changes/],
      [
        ({ x }) => {
          let y: tf.Tensor = x!;
          for (let i = 0; i < 10_001; i++) y = tf.neg(y);
          return { y };
        },
        /more than 10000 kernels/,
      ],
    ];
    for (const [fn, reason] of cases) {
      lines = [];
      const prepared = executor().compile(fn);
      const { y } = await prepared.run({ x: tf.ones([2]) });
      expect((await y!.data()).every(Number.isFinite)).toBe(true);
      await prepared.run({ x: tf.ones([2]) });
      expect(lines).toEqual([expect.stringMatching(reason)]);
      expect(lines[0]).toMatch(/^onnx: (a function|function 'y') runs eagerly: /);
      await prepared.dispose();
    }
    expect((await weight.data())[0]).toBe(3);
  });

  it("is called eagerly where its results differ", async () => {
    const table = lowerings as Record<string, Lowering>;
    const right = table.Square!;
    table.Square = (inputs, attributes, g) => g.mul(right(inputs, attributes, g) as Value, 1.01);
    try {
      const prepared = executor().compile(({ x }) => ({ y: tf.square(x!) }));
      const { y } = await prepared.run({ x: tf.tensor1d([3, 4]) });
      expect([...(await y!.data())]).toEqual([9, 16]);
      expect(lines).toEqual(["onnx: a function runs eagerly: compiled and eager results differ in 'y'."]);
      await prepared.dispose();
    } finally {
      table.Square = right;
    }
  });
});
