import { ConfigError, ShapeError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  bernoulliCrossEntropy,
  categoricalCrossEntropy,
  gaussianNegativeLogLikelihood,
  klSparsity,
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
        .grad((y) => error(x, y))(x)
        .data();
      for (const slope of gradient) expect(Math.abs(slope)).toBe(0);
    }
  });

  it("average over every value", async () => {
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
    expect(await value(klSparsity(0.1, tf.fill([5], 0.1)))).toBeCloseTo(0, 5);
    expect(await value(l1Activity(tf.zeros([3, 4])))).toBe(0);
  });

  it("stay finite, with a gradient towards the target, for units that are always off or on", async () => {
    const gradient = await tf
      .grad((q) => klSparsity(0.1, q))(tf.tensor1d([0, 1]))
      .data();
    expect([...gradient].every(Number.isFinite)).toBe(true);
    expect(gradient[0]).toBeLessThan(0);
    expect(gradient[1]).toBeGreaterThan(0);
  });

  it("do not move silent units", async () => {
    for (const slope of await tf
      .grad((z) => l1Activity(z))(tf.zeros([2, 2]))
      .data())
      expect(Math.abs(slope)).toBe(0);
  });

  it.each([0, 1, -0.1, Number.NaN])("refuse a target of %s", (p) => {
    expect(() => klSparsity(p, tf.fill([2], 0.5))).toThrow(ConfigError);
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
