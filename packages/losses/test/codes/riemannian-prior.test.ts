import { readFile } from "node:fs/promises";
import { ConfigError, DataError, random, ShapeError, UnsupportedError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { fitRiemannianPrior, riemannianPrior } from "../../src/index.js";
import { hybridMonteCarlo } from "../../src/internal/hybrid-monte-carlo.js";

interface Fixture {
  readonly means: number[][];
  readonly variances: number[][];
  readonly reach: number;
  readonly regularization: number;
  readonly decay: number;
  readonly z: number[][];
  readonly metric: number[][];
  readonly logVolume: number[];
  readonly fittedReach: number;
}
let fixture: Fixture;
beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  fixture = JSON.parse(await readFile(new URL("../fixtures/riemannian.json", import.meta.url), "utf8"));
});

const moments = async (z: tf.Tensor2D) => {
  const { mean, variance } = tf.moments(z, 0);
  return { mean: await mean.data(), variance: await variance.data() };
};

describe("riemannianPrior", () => {
  it("has numpy's metric and volume, near centroids, between and far off", async () => {
    const { means, variances, reach, regularization, decay, z, metric, logVolume } = fixture;
    const prior = riemannianPrior({ means, variances, reach, regularization, decay });
    const found = await prior.metric(tf.tensor2d(z)).array();
    for (const [i, row] of metric.entries()) {
      for (const [j, value] of row.entries()) expect(Math.abs(found[i]![j]! / value - 1)).toBeLessThan(2e-4);
    }
    const volumes = await prior.logVolume(tf.tensor2d(z)).data();
    for (const [i, value] of logVolume.entries()) expect(volumes[i]).toBeCloseTo(value, 3);
  });

  it("takes the paper's reach from the codes, and every code where they are few", async () => {
    const { means, variances, fittedReach, z } = fixture;
    const posterior = { mean: tf.tensor2d(means), logVariance: tf.log(tf.tensor2d(variances)) };
    const fitted = await fitRiemannianPrior(posterior);
    const same = riemannianPrior({ means, variances, reach: fittedReach });
    const [a, b] = [await fitted.logVolume(tf.tensor2d(z)).data(), await same.logVolume(tf.tensor2d(z)).data()];
    for (const [i, value] of b.entries()) expect(a[i]).toBeCloseTo(value, 3);
    expect((await fitRiemannianPrior(posterior, { centroids: 2 })).toJSON()).toMatchObject({ name: "riemannianPrior" });
  });

  it("draws from the volume: of one centroid in the plane a Gaussian of variance ρ²σ²/2", async () => {
    // √det G is the square of √(e^−d/ρ²/σ²), where nothing else is felt: e^−d/ρ², d the squared distance in deviations.
    const variances = [[0.2, 0.05]];
    const prior = riemannianPrior({
      means: [[1, -2]],
      variances,
      reach: 2.5,
      regularization: 1e-9,
      iterations: 20,
      stepSize: 0.2,
    });
    const { mean, variance } = await moments(prior.sample(800, 2, random(1)));
    // Chains begin with a third of that variance.
    for (const [i, expected] of [0.625, 0.15625].entries()) {
      expect(Math.abs(variance[i]! / expected - 1)).toBeLessThan(0.2); // a standard error of 5 %
      expect(Math.abs(mean[i]! - [1, -2][i]!)).toBeLessThan(4 * Math.sqrt(expected / 800));
    }
  });

  it("refuses tables that do not fit, densities, and what chains have none of", async () => {
    const { means, variances, reach } = fixture;
    expect(() => riemannianPrior({ means, variances: variances.slice(1), reach })).toThrow(ShapeError);
    expect(() => riemannianPrior({ means, variances: means, reach })).toThrow(ConfigError);
    const prior = riemannianPrior({ means, variances, reach });
    expect(() => prior.logDensity(tf.zeros([1, 3]))).toThrow(UnsupportedError);
    expect(() => prior.sample(2, 3, random(1), { temperature: 0.5 })).toThrow("temperature");
    expect(() => prior.sample(2, 2, random(1))).toThrow(ShapeError);
    const few = { mean: tf.zeros([1, 2]), logVariance: tf.zeros([1, 2]) };
    await expect(fitRiemannianPrior(few)).rejects.toThrow(DataError);
    await expect(fitRiemannianPrior({ mean: tf.zeros([3, 2]), logVariance: tf.zeros([2, 2]) })).rejects.toThrow(
      "as many log variances",
    );
  });
});

describe("chains of Hamiltonian Monte Carlo", () => {
  it("keep a distribution that they begin in, also with steps of which many are refused", async () => {
    // A Gaussian of deviations 1 and 0.3; steps of 0.5 are too long for the second.
    const scale = tf.tensor1d([1, 0.3]);
    const logDensity = (z: tf.Tensor2D): tf.Tensor => tf.mul(-0.5, tf.sum(tf.square(tf.div(z, scale)), 1));
    const start = tf.mul(random(1).normal([4000, 2]), scale) as tf.Tensor2D;
    const end = hybridMonteCarlo(start, logDensity, random(2).at(0), { iterations: 8, leaps: 3, stepSize: 0.5 });
    const { mean, variance } = await moments(end);
    for (const [i, expected] of [1, 0.09].entries()) {
      expect(Math.abs(variance[i]! / expected - 1)).toBeLessThan(0.1); // a standard error of 2.2 %
      expect(Math.abs(mean[i]!)).toBeLessThan(4 * Math.sqrt(expected / 4000));
    }
    expect((await tf.mean(tf.abs(tf.sub(end, start))).data())[0]).toBeGreaterThan(0.2);
  });

  it("leak nothing", () => {
    const start = tf.zeros<tf.Rank.R2>([3, 2]);
    const before = tf.memory().numTensors;
    const logDensity = (z: tf.Tensor2D): tf.Tensor => tf.neg(tf.sum(tf.square(z), 1));
    hybridMonteCarlo(start, logDensity, random(1).at(0), { iterations: 3, leaps: 2, stepSize: 0.1 }).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
