import { ConfigError, DataError, random, ShapeError } from "@latentkit/core";
import { anomalyScores, reconstructionError, ssim } from "@latentkit/metrics";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const dim = { reconstruct: (x: tf.Tensor) => tf.mul(x, 0.9) };

describe("anomalyScores", () => {
  it("of errors are those of reconstructionError", async () => {
    const x = random(1).normal([7, 5]);
    const { perExample } = await reconstructionError(dim, x, { batchSize: 3 });
    expect(await anomalyScores(dim, x, { batchSize: 3 })).toEqual(perExample);
  });

  it("of relative errors do not change with an example's size", async () => {
    const x = random(2).normal([1, 5]);
    const scores = await anomalyScores(dim, tf.concat([x, tf.mul(x, 100), tf.zeros([1, 5])]), { score: "relative" });
    expect(scores[0]).toBeCloseTo(0.01, 6);
    expect(scores[1]).toBeCloseTo(0.01, 6);
    expect(scores[2]).toBe(0);
  });

  it("of structure are 1 − SSIM", async () => {
    const x = random(3).uniform([4, 12, 12, 1]);
    const blurred = { reconstruct: (images: tf.Tensor) => tf.avgPool(images as tf.Tensor4D, 3, 1, "same") };
    const expected = await tf.sub(1, ssim(x, blurred.reconstruct(x))).data();
    const scores = await anomalyScores(blurred, x, { score: "structure", batchSize: 2 });
    for (const [i, value] of expected.entries()) expect(scores[i]).toBeCloseTo(value, 5);
  });

  it("refuses what cannot be scored", async () => {
    await expect(anomalyScores(dim, tf.zeros([2, 3]), { score: "structure" })).rejects.toThrow(ShapeError);
    await expect(anomalyScores(dim, tf.zeros([0, 3]))).rejects.toThrow(DataError);
    await expect(anomalyScores(dim, tf.fill([2, 3], Number.NaN))).rejects.toThrow(DataError);
    await expect(anomalyScores({ reconstruct: () => tf.zeros([2, 2]) }, tf.zeros([2, 3]))).rejects.toThrow(ShapeError);
    for (const options of [{ score: "mahalanobis" }, { scores: "error" }])
      await expect(anomalyScores(dim, tf.zeros([2, 3]), options as never)).rejects.toThrow(ConfigError);
  });

  it("leaves no tensor behind", async () => {
    const x = random(4).uniform([4, 12, 12, 1]);
    const before = tf.memory().numTensors;
    for (const score of ["error", "relative", "structure"] as const) await anomalyScores(dim, x, { score });
    expect(tf.memory().numTensors).toBe(before);
  });
});
