import { ConfigError, DataError, random } from "@latentkit/core";
import { manifoldPrecision, sampleCodes, samplePrecision } from "@latentkit/metrics";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { closePairs, nearestDistances } from "../../src/internal/distances.js";
import fixture from "../fixtures/manifold.json" with { type: "json" };

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

describe("manifoldPrecision", () => {
  const [real, generated] = tf.tidy(() => [tf.tensor2d(fixture.real), tf.tensor2d(fixture.generated)]);

  for (const { neighbours, ...expected } of fixture.cases) {
    it(`agrees with numpy for ${neighbours} neighbours`, async () => {
      const result = await manifoldPrecision(real, generated, { neighbours, batchSize: 50 });
      expect(result.precision).toBeCloseTo(expected.precision, 9);
      expect(result.recall).toBeCloseTo(expected.recall, 9);
      expect(result.distanceRatio).toBeCloseTo(expected.distanceRatio, 5);
    });
  }

  it("tells repeating one good example from covering the data, and noise from data", async () => {
    const data = random(1).normal([300, 2]);
    const one = tf.tidy(() => tf.add(tf.mul(random(2).normal([300, 2]), 0.01), [0.1, 0.1]));
    const collapsed = await manifoldPrecision(data, one);
    expect(collapsed.precision).toBe(1);
    expect(collapsed.recall).toBeLessThan(0.05);
    const wide = tf.tidy(() => tf.mul(random(3).normal([300, 2]), 20));
    const scattered = await manifoldPrecision(data, wide);
    expect(scattered.precision).toBeLessThan(0.1);
    expect(scattered.distanceRatio).toBeGreaterThan(10);
  });

  it("measures in the space of a feature function", async () => {
    const shifted = tf.tidy(() => tf.add(real, [0, 0, 1000]));
    expect((await manifoldPrecision(real, shifted)).precision).toBe(0);
    const features = (x: tf.Tensor): tf.Tensor2D => tf.slice(x, [0, 0], [-1, 2]) as tf.Tensor2D;
    expect((await manifoldPrecision(real, shifted, { features })).precision).toBe(1);
  });

  it("leaks nothing and refuses sets that are too small or broken", async () => {
    const before = tf.memory().numTensors;
    await manifoldPrecision(real, generated, { limit: 30 });
    await expect(manifoldPrecision(real, generated, { limit: 3 })).rejects.toThrow(/more than 3 real/);
    await expect(manifoldPrecision(real, generated, { neighbours: 0 })).rejects.toThrow(ConfigError);
    const broken = tf.fill([9, 3], Number.NaN);
    await expect(manifoldPrecision(real, broken)).rejects.toThrow(/features of generated have NaN/);
    broken.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("distances", () => {
  it("are exact across blocks, far from the origin, and for duplicates", async () => {
    const rows = tf.tidy(() => tf.add(random(4).normal<tf.Rank.R2>([300, 3]), 1000) as tf.Tensor2D);
    const many = tf.tidy(() => tf.concat([rows, ...Array.from({ length: 7 }, () => tf.add(rows, 50))]) as tf.Tensor2D);
    const values = await many.array();
    const exact = (i: number, j: number): number =>
      values[i]!.reduce((sum, v, k) => sum + (v - values[j]![k]!) ** 2, 0);
    let found = 0;
    await closePairs(rows, many, {
      limit: () => 1,
      visit(row, column, square) {
        found++;
        if (square !== exact(row, column)) throw new Error(`pair ${row}, ${column} is ${square}`);
      },
    });
    let expected = 0;
    for (let i = 0; i < 300; i++) for (let j = 0; j < 2400; j++) expected += Number(exact(i, j) <= 1);
    expect(found).toBe(expected);
    expect(expected).toBeGreaterThan(1000);
    const pairs = tf.tensor2d([[0], [0], [3]]);
    expect([...(await nearestDistances(pairs, pairs, 2, { itself: true }))]).toEqual([0, 9, 0, 9, 9, 9]);
  });

  it("keep their digits between two clouds far apart, and where squares overflow float32", async () => {
    // Steps of 1 beside an offset of 2²⁰: ‖a‖² + ‖b‖² − 2ab has rounding errors of 10⁵ in float32.
    const line = tf.tensor2d([[-(2 ** 20)], [-(2 ** 20) + 1], [2 ** 20], [2 ** 20 + 3]]);
    expect([...(await nearestDistances(line, line, 1, { itself: true }))]).toEqual([1, 1, 9, 9]);
    const huge = tf.tensor2d([[1e30], [3e30], [-1e30]]);
    const [a, b, c] = await huge.data();
    const nearest = await nearestDistances(huge, huge, 1, { itself: true });
    expect([...nearest]).toEqual([(a! - b!) ** 2, (a! - b!) ** 2, (a! - c!) ** 2]);
  });
});

describe("sampleCodes", () => {
  const ring = tf.tidy(() => {
    const angle = random(5).uniform([800], 0, 2 * Math.PI);
    return tf.stack([tf.add(tf.mul(tf.cos(angle), 3), 10), tf.sin(angle)], 1) as tf.Tensor2D;
  });

  it("matches mean and covariance of the codes", async () => {
    const codes = await sampleCodes(ring, { count: 4000 });
    const moments = async (rows: tf.Tensor2D): Promise<number[]> => {
      const { mean, variance } = tf.moments(rows, 0);
      return [...(await mean.data()), ...(await variance.data())];
    };
    const [expected, actual] = [await moments(ring), await moments(codes)];
    // Four standard errors of 4,000 draws: √(4.5/4000) and √(0.5/4000) of the means, √(2/4000) of a variance.
    expect(Math.abs(actual[0]! - expected[0]!)).toBeLessThan(0.14);
    expect(Math.abs(actual[1]! - expected[1]!)).toBeLessThan(0.045);
    expect(Math.abs(actual[2]! / expected[2]! - 1)).toBeLessThan(0.09);
    expect(Math.abs(actual[3]! / expected[3]! - 1)).toBeLessThan(0.09);
  });

  it("finds the hole of a ring and the far outside as empty, whatever the axes' scales", async () => {
    const empty = await (await sampleCodes(ring, { count: 100, region: "empty" })).array();
    for (const [x, y] of empty) {
      const radius = Math.hypot((x! - 10) / 3, y!);
      expect(Math.abs(radius - 1)).toBeGreaterThan(0.3);
    }
  });

  it("draws from the prior wherever the codes are, repeats with a seed, and leaks nothing", async () => {
    const before = tf.memory().numTensors;
    const draws = [];
    for (const seed of [1, 1, 2]) draws.push(await sampleCodes(ring, { count: 5, region: "empty", seed }));
    const [first, again, other] = await Promise.all(draws.map((codes) => codes.data()));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    tf.dispose(draws);
    const prior = await sampleCodes(ring, { count: 1000, region: "prior" });
    expect(Math.abs(Array.from(await prior.data()).reduce((a, b) => a + b) / 2000)).toBeLessThan(0.1);
    prior.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("works for codes with units that never change, and refuses broken ones", async () => {
    const dead = tf.tidy(() => tf.concat([ring, tf.ones([800, 1])], 1) as tf.Tensor2D);
    const codes = await (await sampleCodes(dead, { count: 50, region: "empty" })).array();
    for (const code of codes) expect(code[2]).toBeCloseTo(1, 1);
    await expect(sampleCodes(tf.zeros([1, 2]), { count: 1 })).rejects.toThrow(DataError);
    await expect(sampleCodes(tf.fill([3, 2], Number.NaN), { count: 1 })).rejects.toThrow(DataError);
    await expect(sampleCodes(ring, { count: 1, region: "outside" as never })).rejects.toThrow(ConfigError);
  });
});

describe("samplePrecision", () => {
  /** Data on a circle; codes are angles, of which the autoencoder leaves an arc empty. */
  const circle = tf.tidy(() => {
    const angle = random(6).normal([600, 1]);
    return tf.concat([tf.cos(angle), tf.sin(angle)], 1) as tf.Tensor2D;
  });
  const angleOf = (x: tf.Tensor): tf.Tensor2D =>
    tf.tidy(() => tf.atan2(tf.slice(x, [0, 1], [-1, 1]), tf.slice(x, [0, 0], [-1, 1])) as tf.Tensor2D);
  const model = (radius: (z: tf.Tensor) => tf.Tensor) => ({
    latentDim: 1,
    encode: angleOf,
    decode: (z: tf.Tensor) => tf.tidy(() => tf.mul(radius(z), tf.concat([tf.cos(z), tf.sin(z)], 1))),
  });
  const options = { references: 400, count: 200 };

  it("is high where empty places decode to data, and low where they decode to anything", async () => {
    const before = tf.memory().numTensors;
    const faithful = await samplePrecision(model(tf.onesLike), circle, options);
    const wild = await samplePrecision(
      // Leaves the circle beyond the angles that data have.
      model((z) => tf.add(1, tf.relu(tf.sub(tf.abs(z), 1.8)))),
      circle,
      options,
    );
    expect(faithful.samples.precision).toBeGreaterThan(wild.samples.precision + 0.3);
    expect(faithful.reconstructions.precision).toBeGreaterThan(0.9);
    expect(faithful.data.precision).toBeCloseTo(faithful.reconstructions.precision, 1);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("repeats with a seed and refuses too few examples", async () => {
    const before = tf.memory().numTensors;
    const [first, again] = [
      await samplePrecision(model(tf.onesLike), circle, { ...options, seed: 3 }),
      await samplePrecision(model(tf.onesLike), circle, { ...options, seed: 3 }),
    ];
    expect(again).toEqual(first);
    await expect(samplePrecision(model(tf.onesLike), circle)).rejects.toThrow(/= 4000 examples, received 600/);
    expect(tf.memory().numTensors).toBe(before);
  });
});
