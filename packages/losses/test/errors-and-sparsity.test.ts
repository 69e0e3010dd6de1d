import { ConfigError, DataError, ShapeError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  bernoulliCrossEntropy,
  categoricalCrossEntropy,
  gaussianNegativeLogLikelihood,
  klGaussians,
  klSparsity,
  klStandardNormal,
  l1Activity,
  meanAbsoluteError,
  meanSquaredError,
} from "../src/index.js";

tf.enableProdMode();

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const value = async (tensor: tf.Tensor): Promise<number> => (await tensor.data())[0]!;

describe("reconstruction errors", () => {
  it("are 0 and at rest where the reconstruction is exact", async () => {
    const x = tf.tensor1d([0, 0.5, 1]);
    for (const error of [meanSquaredError, meanAbsoluteError]) {
      expect(await value(error(x, x))).toBe(0);
      const gradient = await tf
        .grad((y) => tf.mean(error(x, y)))(x)
        .data();
      for (const slope of gradient) expect(Math.abs(slope)).toBe(0);
    }
  });

  it("average over the values of an example, one number each", async () => {
    expect([
      ...(await meanSquaredError(
        tf.zeros([2, 3]),
        tf.tensor2d([
          [1, 1, 1],
          [0, 0, 3],
        ]),
      ).data()),
    ]).toEqual([1, 3]);
    expect([
      ...(await meanAbsoluteError(
        tf.zeros([2, 3]),
        tf.tensor2d([
          [1, -1, 1],
          [0, 0, 3],
        ]),
      ).data()),
    ]).toEqual([1, 1]);
    expect(await value(meanSquaredError(tf.zeros([2, 3, 4]), tf.fill([2, 3, 4], 3)))).toBe(9);
    expect(await value(meanAbsoluteError(tf.zeros([2, 3, 4]), tf.fill([2, 3, 4], -3)))).toBe(3);
  });
});

describe("cross-entropies", () => {
  it("are the entropy at the best logits, for grey values too", async () => {
    const x = tf.tensor2d([[0.3]]);
    const entropy = -0.3 * Math.log(0.3) - 0.7 * Math.log(0.7);
    expect(await value(bernoulliCrossEntropy(x, tf.tensor2d([[Math.log(0.3 / 0.7)]])))).toBeCloseTo(entropy, 6);
  });

  it("stay finite at logits of ±1000", async () => {
    const x = tf.tensor2d([[0, 1]]);
    expect(await value(bernoulliCrossEntropy(x, tf.tensor2d([[-1000, 1000]])))).toBe(0);
    expect(await value(bernoulliCrossEntropy(x, tf.tensor2d([[1000, -1000]])))).toBe(2000);
    expect(await value(categoricalCrossEntropy(tf.tensor1d([0], "int32"), tf.tensor2d([[-1000, 1000]])))).toBe(2000);
  });
});

describe("sparsity penalties", () => {
  it("vanish at their targets", async () => {
    expect(await value(klSparsity(0.1, tf.fill([2, 5], 0.1)))).toBeCloseTo(0, 5);
    // What counts is the mean over the batch: a unit that is on in one of ten examples is at its target.
    expect(await value(klSparsity(0.1, tf.oneHot(tf.range(0, 10, 1, "int32"), 10).cast("float32")))).toBeCloseTo(0, 5);
    expect(await value(l1Activity(tf.zeros([3, 4])))).toBe(0);
  });

  it("stay finite, with a gradient towards the target, for units that are always off or on", async () => {
    const gradient = await tf
      .grad((q) => klSparsity(0.1, q))(tf.tensor2d([[0, 1]]))
      .data();
    expect([...gradient].every(Number.isFinite)).toBe(true);
    expect(gradient[0]).toBeLessThan(0);
    expect(gradient[1]).toBeGreaterThan(0);
  });

  it("do not move silent units", async () => {
    for (const slope of await tf
      .grad((z) => tf.mean(l1Activity(z)))(tf.zeros([2, 2]))
      .data())
      expect(Math.abs(slope)).toBe(0);
  });

  it.each([0, 1, -0.1, Number.NaN])("refuse a target of %s", (p) => {
    expect(() => klSparsity(p, tf.fill([1, 2], 0.5))).toThrow(ConfigError);
  });
});

describe("labels that are no class", () => {
  it("have a probability of 0, and so an infinite cross-entropy that never falls below 0", async () => {
    const logits = tf.tensor2d([
      [3, 1, 2],
      [3, 1, 2],
      [3, 1, 2],
    ]);
    const values = await categoricalCrossEntropy(tf.tensor1d([3, -1, 0], "int32"), logits).data();
    expect([...values.subarray(0, 2)]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(values[2]).toBeCloseTo(Math.log(1 + Math.exp(-2) + Math.exp(-1)), 6);
  });
});

describe("arguments", () => {
  const x = tf.ones([2, 3]);
  const functions: Readonly<Record<string, (...args: never[]) => tf.Tensor>> = {
    meanSquaredError,
    meanAbsoluteError,
    bernoulliCrossEntropy,
    klStandardNormal,
    klGaussians,
    gaussianNegativeLogLikelihood,
    categoricalCrossEntropy,
    l1Activity,
  };
  it.each(Object.entries(functions))("of %s are tensors of at least one example", (name, call) => {
    const f = call as (...args: unknown[]) => tf.Tensor;
    const fill = (value: unknown): unknown[] => new Array(4).fill(value);
    for (const wrong of [[[1, 2]], Promise.resolve(x), undefined, 3]) {
      expect(() => f(...fill(wrong))).toThrow(ConfigError);
      expect(() => f(...fill(wrong))).toThrow(`${name}: expected`);
    }
    expect(() => f(...fill(tf.scalar(1)))).toThrow(ShapeError);
    expect(() => f(...fill(tf.zeros([0, 3])))).toThrow(DataError);
  });

  it("of klSparsity are activations, not their mean", () => {
    expect(() => klSparsity(0.1, tf.ones([3]))).toThrow("[batch, units], received [3]");
    expect(() => klSparsity(0.1, [1] as never)).toThrow(ConfigError);
  });

  it("of gaussianNegativeLogLikelihood may have a variance that is a finite number", () => {
    expect(() => gaussianNegativeLogLikelihood(x, x, Number.NaN)).toThrow(ConfigError);
    expect(() => gaussianNegativeLogLikelihood(x, x, "0" as never)).toThrow(ConfigError);
  });
});

describe("shapes", () => {
  const [a, b] = [tf.zeros([2, 3]), tf.zeros([2, 1])];
  it.each<[string, () => unknown]>([
    ["meanSquaredError", () => meanSquaredError(a, b)],
    ["meanAbsoluteError", () => meanAbsoluteError(a, b)],
    ["bernoulliCrossEntropy", () => bernoulliCrossEntropy(a, b)],
    ["gaussianNegativeLogLikelihood", () => gaussianNegativeLogLikelihood(a, b, 0)],
    ["gaussianNegativeLogLikelihood", () => gaussianNegativeLogLikelihood(a, a, b)],
    ["categoricalCrossEntropy", () => categoricalCrossEntropy(tf.tensor1d([0, 1], "int32"), tf.zeros([3, 4]))],
  ])("that would broadcast are refused by %s", (name, call) => {
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(`${name}: expected`);
  });
});
