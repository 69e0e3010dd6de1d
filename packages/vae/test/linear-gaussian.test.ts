import { readFile } from "node:fs/promises";
import { random } from "@latentkit/core";
import { gaussian } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type Vae, vae } from "../src/index.js";
import { type LinearGaussian, linearNetworks } from "./networks.js";

/**
 * Probabilistic PCA: log p(x) = log N(x; b, WWᵀ + σ²I) is known, and so is the posterior. Source: Tipping and Bishop,
 * "Probabilistic Principal Component Analysis", 1999, equations 4 and 7.
 */
let pca: LinearGaussian;
let x: tf.Tensor2D;

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  pca = JSON.parse(await readFile(new URL("fixtures/linear-gaussian.json", import.meta.url), "utf8"));
  x = tf.tensor2d(pca.x);
  return () => x.dispose();
});

const build = (error = 0): Vae =>
  vae({ ...linearNetworks(pca, error), likelihood: gaussian({ deviation: pca.deviation }) });

/** log 1/k Σ w of each example, in double precision. */
async function bound(model: Vae, count: number, seed: number): Promise<number[]> {
  const weights = model.logImportanceWeights(x, count, random(seed));
  const rows = (await weights.array()) as number[][];
  weights.dispose();
  return rows.map((row) => {
    const largest = Math.max(...row);
    return largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0) / count);
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("vae with a linear-Gaussian decoder", () => {
  it("has importance weights that all equal log p(x) when the posterior is exact", async () => {
    const model = build();
    const weights = model.logImportanceWeights(x, 50, random(1));
    for (const [i, row] of ((await weights.array()) as number[][]).entries()) {
      for (const weight of row) expect(Math.abs(weight - pca.logLikelihood[i]!)).toBeLessThan(1e-4);
    }
    weights.dispose();
    model.dispose();
  });

  it("has an expected bound equal to log p(x) when the posterior is exact", async () => {
    const model = build();
    const draws = 4000;
    const repeated = tf.tile(x.slice([0, 0], [1, 5]), [draws, 1]);
    const { elbo, reconstruction, kl } = model.elbo(repeated, random(2));
    const values = [...(await elbo.data())];
    const deviation = Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
    // Only the reconstruction is sampled: 5 standard errors of its mean.
    expect(Math.abs(mean(values) - pca.logLikelihood[0]!)).toBeLessThan((5 * deviation) / Math.sqrt(draws));
    tf.dispose([repeated, elbo, reconstruction, kl]);
    model.dispose();
  });

  it("has a bound that falls short of log p(x) by the divergence of a wrong posterior", async () => {
    const error = 0.3;
    const model = build(error);
    const draws = 4000;
    const repeated = tf.tile(x.slice([0, 0], [1, 5]), [draws, 1]);
    const { elbo, reconstruction, kl } = model.elbo(repeated, random(3));
    const values = [...(await elbo.data())];
    const deviation = Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
    // KL(N(m + e, v·exp e) ‖ N(m, v)) = ½ (exp e + e²/v − 1 − e) in each dimension.
    const gap = pca.logVariance.reduce(
      (sum, gamma) => sum + 0.5 * (Math.exp(error) + error ** 2 / Math.exp(gamma) - 1 - error),
      0,
    );
    expect(Math.abs(mean(values) - (pca.logLikelihood[0]! - gap))).toBeLessThan((5 * deviation) / Math.sqrt(draws));
    tf.dispose([repeated, elbo, reconstruction, kl]);
    model.dispose();
  });

  it("has an importance-weighted bound that rises with the number of samples and converges to log p(x)", async () => {
    const model = build(0.3);
    const truth = mean(pca.logLikelihood);
    const bounds: number[] = [];
    for (const count of [1, 5, 50, 5000]) {
      // The expectation of the bound is monotone: average enough runs that its noise is well below the steps.
      const runs = count === 1 ? 400 : count === 5 ? 200 : count === 50 ? 40 : 2;
      const values: number[] = [];
      for (let seed = 0; seed < runs; seed++) values.push(mean(await bound(model, count, seed)));
      bounds.push(mean(values));
    }
    for (let i = 1; i < bounds.length; i++) expect(bounds[i]).toBeGreaterThan(bounds[i - 1]!);
    expect(bounds[0]).toBeLessThan(truth - 0.2);
    expect(Math.abs(bounds.at(-1)! - truth)).toBeLessThan(0.02);
    model.dispose();
  });

  it("encodes to the posterior mean and decodes to the conditional mean", async () => {
    const model = build();
    const [z, y] = [model.encode(x), model.reconstruct(x)];
    const decoded = model.decode(z);
    expect(await y.data()).toEqual(await decoded.data());
    expect(z.shape).toEqual([4, 2]);
    tf.dispose([z, y, decoded]);
    model.dispose();
  });

  it("samples with the covariance of the marginal when the decoder's noise is included, with less when it is not", async () => {
    const model = build();
    const count = 20_000;
    const variance = async (from: "mean" | "distribution"): Promise<number> => {
      const samples = model.sample({ count, random: random(4), from }) as tf.Tensor2D;
      const total = tf.tidy(() => tf.sum(tf.moments(samples, 0).variance));
      const value = (await total.data())[0]!;
      tf.dispose([samples, total]);
      return value;
    };
    const signal = pca.decoderKernel.flat().reduce((sum, value) => sum + value * value, 0);
    // The relative standard error of a variance is at most √(2/n) = 0.01; summed over dimensions it is smaller.
    expect(Math.abs((await variance("mean")) / signal - 1)).toBeLessThan(0.05);
    expect(Math.abs((await variance("distribution")) / (signal + 5 * pca.deviation ** 2) - 1)).toBeLessThan(0.05);
    model.dispose();
  });
});
