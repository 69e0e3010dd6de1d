import { readFile } from "node:fs/promises";
import { ConfigError, DataError, random, ShapeError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { fitGaussianMixture, gaussianMixture, standardNormal } from "../src/index.js";

interface Fixture {
  readonly weights: number[];
  readonly means: number[][];
  readonly covariances: number[][][];
  readonly z: number[][];
  readonly logDensity: number[];
  readonly mean: number[];
  readonly covariance: number[][];
  readonly standardNormal: number[];
}
let fixture: Fixture;

beforeAll(async () => {
  await tf.setBackend("cpu");
  fixture = JSON.parse(await readFile(new URL("fixtures/priors.json", import.meta.url), "utf8"));
});

const close = (actual: ArrayLike<number>, expected: readonly number[], digits: number) => {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, digits);
};

async function moments(samples: tf.Tensor2D): Promise<{ mean: number[]; covariance: number[][] }> {
  const rows = (await samples.array()) as number[][];
  const mean = rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length);
  const covariance = mean.map((a, i) =>
    mean.map((b, j) => rows.reduce((sum, row) => sum + (row[i]! - a) * (row[j]! - b), 0) / rows.length),
  );
  return { mean, covariance };
}

describe("standardNormal", () => {
  it("has scipy's density, also of codes in several axes", async () => {
    const z = tf.tensor2d(fixture.z);
    close(await standardNormal().logDensity(z).data(), fixture.standardNormal, 5);
    const folded = standardNormal().logDensity(tf.reshape(z, [1, 5, 3]));
    expect(folded.shape).toEqual([1, 5]);
  });

  it("scales its noise by the temperature and keeps it within the truncation", async () => {
    const cool = await standardNormal().sample(4000, 2, random(1), { temperature: 0.5 }).data();
    const variance = [...cool].reduce((sum, v) => sum + v * v, 0) / cool.length;
    // 8,000 draws: standard error of the variance 0.25·√(2/8000) = 0.004.
    expect(variance).toBeGreaterThan(0.235);
    expect(variance).toBeLessThan(0.265);
    const cut = await standardNormal().sample(500, 2, random(1), { truncation: 0.7 }).data();
    expect(Math.max(...[...cut].map(Math.abs))).toBeLessThanOrEqual(0.7);
  });
});

describe("gaussianMixture", () => {
  const prior = () => {
    const { weights, means, covariances } = fixture;
    return gaussianMixture({ weights, means, covariances });
  };

  it("has scipy's log density", async () => {
    close(await prior().logDensity(tf.tensor2d(fixture.z)).data(), fixture.logDensity, 4);
  });

  it("draws with the mean and the covariance of the mixture", async () => {
    const samples = prior().sample(20_000, 3, random(2));
    const { mean, covariance } = await moments(samples);
    // Standard error of a mean: √(variance / 20,000), below 0.02 here; four of them.
    close(mean, fixture.mean, 0.9);
    for (const [i, row] of fixture.covariance.entries()) {
      for (const [j, value] of row.entries()) expect(Math.abs(covariance[i]![j]! - value)).toBeLessThan(0.3);
    }
    samples.dispose();
  });

  it("leaks nothing, and draws equal codes from equal seeds", async () => {
    const made = prior();
    const before = tf.memory().numTensors;
    const [a, b] = [made.sample(6, 3, random(5)), made.sample(6, 3, random(5))];
    expect(await a.data()).toEqual(await b.data());
    tf.dispose([a, b, made.logDensity(tf.zeros([2, 3]))]);
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(1); // the zeros above
  });

  it("refuses shares, sizes and covariances that cannot be", () => {
    const { weights, means, covariances } = fixture;
    const unit = [
      [1, 0],
      [0, 1],
    ];
    expect(() => gaussianMixture({ weights: [0.5, 0.6], means: means.slice(1), covariances })).toThrow(ConfigError);
    expect(() => gaussianMixture({ weights, means: means.slice(1), covariances })).toThrow(ConfigError);
    expect(() => gaussianMixture({ weights: [1], means: [[0]], covariances: [unit] })).toThrow(ConfigError);
    const flat = [
      [1, 1],
      [1, 1],
    ];
    expect(() => gaussianMixture({ weights: [1], means: [[0, 0]], covariances: [flat] })).toThrow("positive definite");
    expect(() => prior().sample(2, 4, random(1))).toThrow(ShapeError);
  });
});

describe("fitGaussianMixture", () => {
  it("finds the moments of one Gaussian exactly: the maximum of the likelihood", async () => {
    const codes = random(3).normal<tf.Rank.R2>([400, 3]);
    const { options, logLikelihood, prior } = await fitGaussianMixture(codes, { components: 1 });
    const { mean, covariance } = await moments(codes);
    close(options.means[0]!, mean, 5);
    for (const [i, row] of covariance.entries()) close(options.covariances[0]![i]!, row, 4);
    const density = await tf.mean(prior.logDensity(codes)).data();
    expect(density[0]).toBeCloseTo(logLikelihood, 4);
  });

  it("tells two clusters apart, by seed alone", async () => {
    const around = (x: number, seed: number) => tf.add(random(seed).normal([200, 2]), [x, 0]);
    const codes = tf.concat([around(-5, 1), around(5, 2)]) as tf.Tensor2D;
    const { options, logLikelihood } = await fitGaussianMixture(codes, { components: 2, seed: 4 });
    const xs = options.means.map(([x]) => x!).sort((a, b) => a - b);
    expect(xs[0]).toBeCloseTo(-5, 0);
    expect(xs[1]).toBeCloseTo(5, 0);
    for (const weight of options.weights) expect(weight).toBeCloseTo(0.5, 2);
    const again = await fitGaussianMixture(codes, { components: 2, seed: 4 });
    expect(again.options).toEqual(options);
    const one = await fitGaussianMixture(codes, { components: 1 });
    // Two unit Gaussians far apart: the mixture gains about log(σ_all / (2·1)) = log √26 − log 2 nats.
    expect(logLikelihood - one.logLikelihood).toBeCloseTo(Math.log(Math.sqrt(26) / 2), 1);
  });

  it("refuses codes that are not finite or too few, and ends by its signal", async () => {
    await expect(fitGaussianMixture(tf.tensor2d([[1, Number.NaN]]), { components: 1 })).rejects.toThrow(DataError);
    await expect(fitGaussianMixture(tf.zeros([3, 2]), { components: 4 })).rejects.toThrow(DataError);
    await expect(fitGaussianMixture(tf.zeros([3, 2]), { component: 1 } as never)).rejects.toThrow(ConfigError);
    const signal = AbortSignal.abort();
    await expect(fitGaussianMixture(random(1).normal([50, 2]), { components: 2, signal })).rejects.toThrow(/abort/i);
  });
});
