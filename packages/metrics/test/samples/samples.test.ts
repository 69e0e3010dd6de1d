import { ConfigError, DataError, random, ShapeError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  classCoverage,
  classifierScore,
  densityCoverage,
  featureMoments,
  frechetDistance,
  frechetDistanceOfMoments,
  kernelDistance,
  mixtureCoverage,
  slicedWasserstein,
} from "../../src/index.js";
import fixture from "../fixtures/samples.json" with { type: "json" };

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const features = (x: tf.Tensor) => tf.clone(x) as tf.Tensor2D;
const set = (rows: readonly (readonly number[])[]) => tf.tensor2d(rows as number[][]);
const relative = (actual: number, expected: number) => Math.abs(actual - expected) / Math.abs(expected);

describe("frechetDistance", () => {
  it("agrees with scipy to 1e-4", async () => {
    const value = await frechetDistance(set(fixture.real), set(fixture.fake), { features });
    expect(relative(value, fixture.fid)).toBeLessThan(1e-4);
  });

  it("agrees with scipy where a covariance is singular", async () => {
    const value = await frechetDistance(set(fixture.real), set(fixture.flat), { features });
    expect(relative(value, fixture.fidSingular)).toBeLessThan(1e-4);
  });

  it("is 0 for a set and itself, however it is cut into batches", async () => {
    const x = set(fixture.real);
    expect(await frechetDistance(x, x, { features, batchSize: 7 })).toBeLessThan(1e-4);
  });

  it("is the closed form of two normal distributions", async () => {
    const moments = (mean: number, variance: number) => ({
      mean: Float64Array.of(mean, 0),
      covariance: Float64Array.of(variance, 0, 0, 1),
      count: 10,
    });
    // (μ₁ − μ₂)² + (σ₁ − σ₂)².
    expect(frechetDistanceOfMoments(moments(0, 4), moments(3, 1))).toBeCloseTo(10, 10);
  });

  it("refuses what has no distance", async () => {
    await expect(featureMoments(tf.ones([1, 2]), { features })).rejects.toThrow(DataError);
    await expect(frechetDistance(tf.ones([4, 2]), tf.ones([4, 3]), { features })).rejects.toThrow(ShapeError);
    await expect(frechetDistance(tf.fill([4, 2], Number.NaN), tf.ones([4, 2]), { features })).rejects.toThrow(
      DataError,
    );
    await expect(featureMoments(tf.ones([4, 2]), { features, limit: 1 })).rejects.toThrow(ConfigError);
  });
});

describe("kernelDistance", () => {
  const [real, fake] = [tf.div(set(fixture.real), 4), tf.div(set(fixture.fake), 4)] as tf.Tensor2D[];

  it("agrees with the reference formula to the last digits of double precision", async () => {
    const { mean } = await kernelDistance(real!, fake!, { features, subsetSize: 120 });
    expect(relative(mean, fixture.kid)).toBeLessThan(1e-12);
  });

  it("is 0 within its error for equal distributions, and the same for the same seed", async () => {
    const [a, b] = [random(1).normal([400, 4]), random(2).normal([400, 4])];
    const options = { features, subsets: 20, subsetSize: 100, seed: 5 };
    const { mean, standardError, count } = await kernelDistance(a, b, options);
    // Subsets overlap, so the error over subsets leaves out that of the sets themselves: five of them are allowed.
    expect(Math.abs(mean)).toBeLessThan(5 * standardError);
    expect(count).toBe(20);
    expect((await kernelDistance(a, b, options)).mean).toBe(mean);
  });
});

describe("errors that are not known", () => {
  const [a, b] = [random(1).normal([60, 4]), random(2).normal([60, 4])];

  it("are NaN, never 0: one subset, subsets that are the whole sets, one split", async () => {
    expect((await kernelDistance(a, b, { features, subsets: 1, subsetSize: 30 })).standardError).toBeNaN();
    const whole = await kernelDistance(a, b, { features, subsetSize: 60 });
    expect(whole).toMatchObject({ standardError: Number.NaN, count: 1 });
    const logits = set(fixture.logits);
    expect((await classifierScore(logits, { classify: features, splits: 1 })).standardError).toBeNaN();
  });

  it("are not hidden by subsets as large as what is there: they are refused", async () => {
    for (const options of [{ features }, { features, subsetSize: 61 }]) {
      const call = kernelDistance(a, b, options);
      await expect(call).rejects.toThrow(ConfigError);
      await expect(call).rejects.toThrow(/`subsetSize` to be at most the size of the smaller set, 60/);
    }
    const { standardError, count } = await kernelDistance(a, b, { features, subsetSize: 30, subsets: 10 });
    expect(count).toBe(10);
    expect(standardError).toBeGreaterThan(0);
  });
});

describe("densityCoverage", () => {
  it("agrees with the reference code", async () => {
    const { density, coverage } = await densityCoverage(set(fixture.real), set(fixture.fake), { features });
    expect(density).toBeCloseTo(fixture.densityCoverage[0]!, 12);
    expect(coverage).toBeCloseTo(fixture.densityCoverage[1]!, 12);
  });

  it("tells a repeated good sample from variety", async () => {
    const real = random(1).normal([200, 2]);
    const collapsed = tf.tile(tf.mul(0.1, tf.ones([1, 2])), [200, 1]);
    const { density, coverage } = await densityCoverage(real, collapsed, { features });
    expect(density).toBeGreaterThan(0.2);
    expect(coverage).toBeLessThan(0.05);
    expect((await densityCoverage(real, random(2).normal([200, 2]), { features })).coverage).toBeGreaterThan(0.9);
  });

  it("needs more data than neighbours", async () => {
    await expect(densityCoverage(tf.ones([5, 2]), tf.ones([5, 2]), { features })).rejects.toThrow(DataError);
  });
});

describe("classifierScore", () => {
  it("agrees with the formula in numpy", async () => {
    const logits = set(fixture.logits);
    expect((await classifierScore(logits, { classify: features, splits: 1 })).mean).toBeCloseTo(fixture.score[0]!, 5);
    const { mean, standardError } = await classifierScore(logits, { classify: features, splits: 3 });
    expect(mean).toBeCloseTo(fixture.scoreSplit[0]!, 5);
    expect(standardError).toBeCloseTo(fixture.scoreSplit[1]!, 5);
  });

  it("is the number of classes for clear samples of all of them, and 1 for one class", async () => {
    const clear = tf.mul(1000, tf.eye(7)) as tf.Tensor2D;
    expect((await classifierScore(clear, { classify: features, splits: 1 })).mean).toBeCloseTo(7, 6);
    const same = tf.tile(tf.tensor2d([[1000, 0, 0]]), [9, 1]);
    expect((await classifierScore(same, { classify: features, splits: 1 })).mean).toBeCloseTo(1, 6);
  });

  it("needs an example for each split", async () => {
    await expect(classifierScore(tf.ones([3, 2]), { classify: features })).rejects.toThrow(DataError);
  });
});

describe("mixtureCoverage", () => {
  const centres = [
    [0, 0],
    [2, 0],
    [0, 2],
    [2, 2],
  ];

  it("counts modes, good samples and reverse KL", async () => {
    // Two good samples at the first mode, one too far from the second, one good at the third.
    const samples = tf.tensor2d([
      [0, 0],
      [0.1, 0],
      [1.6, 0],
      [0, 2.05],
    ]);
    const result = await mixtureCoverage(samples, { centres, deviation: 0.1 });
    expect(result.modes).toBe(2);
    expect(result.highQuality).toBe(0.75);
    // Shares ½, ¼, ¼ of four equal modes.
    expect(result.reverseKl).toBeCloseTo(0.5 * Math.log(2), 10);
    expect(result.counts.map(({ nearest }) => nearest)).toEqual([2, 1, 1, 0]);
  });

  it("finds a sample of the mixture itself complete, with 98.9 % within 3σ", async () => {
    const noise = random(3).normal<tf.Rank.R2>([4000, 2]);
    const at = tf.gather(set(centres), tf.range(0, 4000, 1, "int32").mod(tf.scalar(4, "int32")));
    const result = await mixtureCoverage(tf.add(at, tf.mul(0.1, noise)), { centres, deviation: 0.1 });
    expect(result.modes).toBe(4);
    // 1 − exp(−9/2) in two dimensions; the standard error over 4,000 samples is 0.0017.
    expect(Math.abs(result.highQuality - (1 - Math.exp(-4.5)))).toBeLessThan(0.006);
    expect(result.reverseKl).toBeLessThan(1e-6);
  });

  it("refuses samples that cannot be placed", async () => {
    await expect(mixtureCoverage(tf.tensor2d([[Number.NaN, 0]]), { centres, deviation: 1 })).rejects.toThrow(DataError);
    await expect(mixtureCoverage(tf.ones([2, 3]), { centres, deviation: 1 })).rejects.toThrow(ShapeError);
    await expect(mixtureCoverage(tf.ones([2, 2]), { centres: [], deviation: 1 })).rejects.toThrow(ConfigError);
  });
});

describe("classCoverage", () => {
  it("counts classes and their divergence from the data's shares", async () => {
    const logits = tf.tensor2d([
      [2, 0, 0],
      [0, 0, 1],
      [3, 0, 0],
      [5, 1, 1],
    ]);
    const even = await classCoverage(logits, { classify: features, batchSize: 3 });
    expect(even.counts).toEqual([3, 0, 1]);
    expect(even.modes).toBe(2);
    expect(even.reverseKl).toBeCloseTo(0.75 * Math.log(0.75 * 3) + 0.25 * Math.log(0.25 * 3), 10);
    const known = await classCoverage(logits, { classify: features, shares: [0.75, 0, 0.25], threshold: 0.5 });
    expect(known.reverseKl).toBeCloseTo(0, 10);
    expect(known.modes).toBe(1);
  });
});

describe("slicedWasserstein", () => {
  it("takes examples of more values than a call has arguments", async () => {
    const [x, y] = [tf.zeros([2, 150_000]), tf.fill([2, 150_000], 2)];
    expect(await slicedWasserstein(x, x, { projections: 2 })).toBe(0);
    // All of y lies at 2·Σu of a unit vector u, a normal variable of deviation 2.
    const apart = await slicedWasserstein(x, y, { projections: 4, order: 2 });
    expect(apart).toBeGreaterThan(0.1);
    expect(apart).toBeLessThan(6);
  });

  it("is scipy's distance on a line, for sets of different sizes", async () => {
    const [a, b, expected] = fixture.line as [number[], number[], number];
    const column = (values: number[]) => tf.tensor2d(values, [values.length, 1]);
    expect(await slicedWasserstein(column(a), column(b))).toBeCloseTo(expected, 5);
  });

  it("is a shift times the mean projection: 2/π in the plane, √½ for squares", async () => {
    const x = random(1).normal<tf.Rank.R2>([300, 2]);
    const moved = tf.add(x, tf.tensor1d([3, 4]));
    const options = { projections: 2000, seed: 2 };
    // The standard error of the mean |cos| over 2,000 directions is 0.007.
    expect(Math.abs((await slicedWasserstein(x, moved, options)) - (5 * 2) / Math.PI)).toBeLessThan(0.1);
    expect(Math.abs((await slicedWasserstein(x, moved, { ...options, order: 2 })) - 5 * Math.SQRT1_2)).toBeLessThan(
      0.1,
    );
  });
});

describe("memory", () => {
  it("stays as it was", async () => {
    const [real, fake] = [set(fixture.real), set(fixture.fake)];
    const before = tf.memory().numTensors;
    await frechetDistance(real, fake, { features });
    await kernelDistance(real, fake, { features, subsets: 2, subsetSize: 50 });
    await densityCoverage(real, fake, { features });
    await classifierScore(real, { classify: features });
    await classCoverage(real, { classify: features });
    await slicedWasserstein(real, fake, { projections: 3 });
    expect(tf.memory().numTensors).toBe(before);
  });
});
