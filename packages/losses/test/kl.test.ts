import { random, ShapeError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { gaussianNegativeLogLikelihood, klGaussians, klStandardNormal } from "../src/index.js";

tf.enableProdMode();

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const value = async (tensor: tf.Tensor): Promise<number> => (await tensor.data())[0]!;

describe("KL divergences", () => {
  const [m1, v1, m2, v2] = [
    [0.5, -1, 0.2],
    [-0.3, 0.4, -1],
    [0, 0.3, 0.5],
    [0.2, -0.5, 0.1],
  ].map((row) => tf.tensor2d([row])) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];

  it("are the mean of log p − log q over draws from p", async () => {
    const count = 200_000;
    const draws = tf.add(m1, tf.mul(random(3).normal([count, 3]), tf.exp(tf.mul(v1, 0.5))));
    const wide = (row: tf.Tensor): tf.Tensor => tf.mul(tf.ones([count, 1]), row);
    const difference = tf.sub(
      gaussianNegativeLogLikelihood(draws, wide(m2), wide(v2)),
      gaussianNegativeLogLikelihood(draws, wide(m1), wide(v1)),
    );
    const { mean, variance } = tf.moments(difference);
    // Four standard errors of the mean over the draws: one seed in 16,000 would fail.
    const tolerance = 4 * Math.sqrt((await value(variance)) / count);
    expect(tolerance).toBeLessThan(0.03);
    expect(Math.abs((await value(klGaussians(m1, v1, m2, v2))) - (await value(mean)))).toBeLessThan(tolerance);
  });

  it("agree with each other where the second is the standard normal", async () => {
    const zero = tf.zeros([1, 3]);
    expect(await value(klGaussians(m1, v1, zero, zero))).toBeCloseTo(await value(klStandardNormal(m1, v1)), 6);
  });

  it("are 0 for equal distributions and positive otherwise", async () => {
    expect(await value(klGaussians(m1, v1, m1, v1))).toBe(0);
    expect(await value(klStandardNormal(tf.zeros([1, 3]), tf.zeros([1, 3])))).toBe(0);
    expect(await value(klGaussians(m1, v1, m2, v2))).toBeGreaterThan(0);
  });

  it("sum over all axes but the first", async () => {
    const [mean, logVariance] = [random(1).normal([2, 3, 4]), random(2).normal([2, 3, 4])];
    const flat = klStandardNormal(tf.reshape(mean, [2, 12]), tf.reshape(logVariance, [2, 12]));
    expect(await klStandardNormal(mean, logVariance).data()).toEqual(await flat.data());
  });

  it("refuse shapes that would broadcast", () => {
    expect(() => klStandardNormal(m1, tf.zeros([1, 1]))).toThrow(ShapeError);
    expect(() => klGaussians(m1, v1, m2, tf.zeros([3]))).toThrow(
      "klGaussians: expected `logVariance2` to have shape [1, 3], received [3].",
    );
  });
});
