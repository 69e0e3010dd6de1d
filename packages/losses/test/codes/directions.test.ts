import { readFile } from "node:fs/promises";
import { ConfigError, random, ShapeError, UnsupportedError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { fitUniformSphere, standardNormal, uniformSphere, vonMisesFisherPosterior } from "../../src/index.js";
import { bendSlope, concentration } from "../../src/internal/von-mises-fisher.js";

interface Fixture {
  readonly rows: { m: number; kappa: number; complement: number; kl: number; klSlope: number }[];
  readonly slopes: { m: number; kappa: number; bend: number; slope: number }[];
  readonly density: { mean: number[]; kappa: number; z: number[][]; logDensity: number[] };
}
let fixture: Fixture;
beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  fixture = JSON.parse(await readFile(new URL("../fixtures/directions.json", import.meta.url), "utf8"));
});

const near = (actual: number, expected: number, relative: number, absolute = 0) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected) + absolute);
/** The encoder's output that stands for a concentration, with no minimum: softplus backwards. */
const outputOf = (kappa: number): number => (kappa > 20 ? kappa : Math.log(Math.expm1(Math.max(kappa, 1e-7))));
const free = () => vonMisesFisherPosterior({ minimumConcentration: 0 });

describe("the integrals in place of Bessel functions", () => {
  it("are mpmath's from 2 to 64 dimensions and from 0 to 10,000, ratio, divergence and its gradient", async () => {
    for (const { m, kappa, complement, kl, klSlope } of fixture.rows) {
      const at = concentration(tf.tensor2d([[kappa]]), m);
      near((await at.complement.data())[0]!, complement, 2e-5);
      const divergence = (k: tf.Tensor): tf.Tensor => {
        const mean = tf.concat([tf.ones([1, 1]), tf.zeros([1, m - 1])], 1) as tf.Tensor2D;
        return free().kl!([mean, k as tf.Tensor2D], uniformSphere({ latentDim: m }))!;
      };
      const { value, grad } = tf.valueAndGrad(divergence)(tf.tensor2d([[outputOf(kappa)]]));
      near((await value.data())[0]!, kl, 1e-5, 2e-5);
      // The output's slope is that of softplus times the concentration's.
      const chain = 1 - Math.exp(-kappa);
      near((await grad.data())[0]!, klSlope * chain, 2e-3, 2e-6);
    }
  });

  it("give a draw's derivative in κ, that of the inverse distribution function", async () => {
    for (const { m, kappa, bend, slope } of fixture.slopes) {
      const actual = await bendSlope(tf.tensor2d([[bend]]), tf.tensor2d([[kappa]]), m).data();
      near(actual[0]!, slope, 2e-3);
    }
  });
});

describe("vonMisesFisherPosterior", () => {
  it("has scipy's log density", async () => {
    const { mean, kappa, z, logDensity } = fixture.density;
    const outputs = [tf.tensor2d([mean]), tf.tensor2d([[outputOf(kappa)]])];
    const actual = await free().logDensity!(outputs, tf.tensor2d(z)).data();
    for (const [i, value] of logDensity.entries()) expect(actual[i]).toBeCloseTo(value, 4);
  });

  it.each([
    [2, 0.5],
    [2, 300],
    [3, 1],
    [8, 40],
    [64, 900],
  ])(
    "draws in %i dimensions at concentration %d with the mean cosine and the spread that it should have",
    async (m, kappa) => {
      const count = 4000;
      const direction = random(m).normal<tf.Rank.R2>([1, m]);
      const outputs = [direction, tf.tensor2d([[outputOf(kappa)]])];
      const { z, logDensity } = free().draw(outputs, random(3).at(0), count);
      expect(z.shape).toEqual([1, count, m]);
      const lengths = await tf.sum(tf.square(z), -1).data();
      for (const length of lengths) expect(length).toBeCloseTo(1, 4);
      const cosine = tf.sum(tf.mul(z, tf.expandDims(free().code(outputs), 1)), -1);
      const { complement } = concentration(tf.tensor2d([[kappa]]), m);
      const expected = (await complement.data())[0]!;
      const bends = Float32Array.from(await tf.sub(1, cosine).data());
      const mean = bends.reduce((sum, value) => sum + value, 0) / count;
      const deviation = Math.sqrt(bends.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count);
      // Four standard errors of the mean of 4,000 draws.
      expect(Math.abs(mean - expected)).toBeLessThan((4 * deviation) / Math.sqrt(count) + 1e-6);
      // Var cos θ = A′(κ) = 1 − A² − (m − 1)·A/κ.
      const ratio = 1 - expected;
      const variance = 1 - ratio * ratio - ((m - 1) * ratio) / kappa;
      if (kappa < 300) near(deviation ** 2, variance, 0.12);
      // Where draws lie their densities are: −E log q is the entropy log |S| − KL.
      const entropy = -(await tf.mean(logDensity()).data())[0]!;
      const sphere = uniformSphere({ latentDim: m });
      const kl = (await free().kl!(outputs, sphere)!.data())[0]!;
      const area = -(await sphere.logDensity(tf.ones([1, m])).data())[0]!;
      expect(Math.abs(entropy - (area - kl))).toBeLessThan(4 * Math.sqrt((m - 1) / 2 / count) + 1e-3);
    },
  );

  it("gives a sampled mean the gradient of the mean itself, through accepted draws", async () => {
    for (const [m, kappa] of [
      [3, 2],
      [10, 15],
    ] as const) {
      const mean = tf.concat([tf.ones([1, 1]), tf.zeros([1, m - 1])], 1) as tf.Tensor2D;
      const first = (k: tf.Tensor): tf.Tensor => {
        const { z } = free().draw([mean, k as tf.Tensor2D], random(7).at(0), 4000);
        return tf.mean(tf.slice(z, [0, 0, 0], [-1, -1, 1]));
      };
      const slope = (
        await tf
          .grad(first)(tf.tensor2d([[outputOf(kappa)]]))
          .data()
      )[0]!;
      const ratio = 1 - (await concentration(tf.tensor2d([[kappa]]), m).complement.data())[0]!;
      const expected = (1 - ratio * ratio - ((m - 1) * ratio) / kappa) * (1 - Math.exp(-kappa));
      near(slope, expected, 0.06); // 4,000 draws: a standard error below 2 %
    }
  });

  it("takes the first proposal where none is accepted, and no prior that is not on the sphere", () => {
    const outputs = [tf.ones<tf.Rank.R2>([5, 3]), tf.fill([5, 1], 9) as tf.Tensor2D];
    expect(vonMisesFisherPosterior({ proposals: 1 }).draw(outputs, random(1).at(0)).z.shape).toEqual([5, 3]);
    expect(free().kl!(outputs, standardNormal())).toBeUndefined();
    expect(() => vonMisesFisherPosterior({ proposals: 0 })).toThrow(ConfigError);
  });
});

describe("uniformSphere", () => {
  it("draws the same everywhere, on the sphere that it is given or that codes lie around", async () => {
    const codes = uniformSphere({ latentDim: 3, radius: 2, center: [1, 0, -1] }).sample(4000, 3, random(2));
    const mean = await tf.mean(codes, 0).data();
    // Each coordinate has variance 4/3: four standard errors are 0.073.
    for (const [i, value] of [1, 0, -1].entries()) expect(Math.abs(mean[i]! - value)).toBeLessThan(0.073);
    const fitted = await fitUniformSphere(codes);
    const away = tf.sub(fitted.sample(50, 3, random(3)), tf.mean(codes, 0));
    for (const length of await tf.norm(away, 2, 1).data()) expect(length).toBeCloseTo(2, 1);
    expect(() => fitted.logDensity(codes)).toThrow(UnsupportedError);
    await expect(fitUniformSphere(tf.ones([1, 3]))).rejects.toThrow("at least 2 codes");
  });

  it("refuses what has no meaning on it", () => {
    expect(() => uniformSphere({ latentDim: 1 })).toThrow(ConfigError);
    expect(() => uniformSphere({ latentDim: 3, center: [1] })).toThrow(ShapeError);
    const prior = uniformSphere({ latentDim: 3 });
    expect(() => prior.sample(2, 3, random(1), { temperature: 0.5 })).toThrow("temperature");
    expect(() => prior.sample(2, 3, random(1), { truncation: 0.5 })).toThrow("truncation");
    expect(() => prior.sample(2, 4, random(1))).toThrow(ShapeError);
  });
});
