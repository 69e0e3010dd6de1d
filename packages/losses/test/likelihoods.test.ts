import "@tensorflow/tfjs-backend-wasm";
import { CheckpointError, ConfigError, DataError, type Json, random, ShapeError } from "@latentkit/core";
import { checkSupport } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { likelihoodFromJSON } from "../src/authoring.js";
import { bernoulli, categorical, categoricalCrossEntropy, gaussian, type Likelihood } from "../src/index.js";

tf.enableProdMode();
beforeEach(async () => {
  await tf.setBackend("cpu");
  tf.engine().startScope();
});
afterEach(() => tf.engine().endScope());

const DRAWS = 40_000;

/** Two values per example; parameters, then the mean and the deviation they stand for. */
const cases: Readonly<Record<string, { of: Likelihood; parameters: number[]; mean: number[]; deviation: number[] }>> = {
  bernoulli: {
    of: bernoulli(),
    parameters: [0, Math.log(1 / 9)],
    mean: [0.5, 0.1],
    deviation: [0.5, 0.3],
  },
  "gaussian, fixed": {
    of: gaussian({ deviation: 0.3 }),
    parameters: [2, -1],
    mean: [2, -1],
    deviation: [0.3, 0.3],
  },
  "gaussian, learned": {
    of: gaussian({ deviation: "learned", minimumDeviation: 1e-6 }),
    parameters: [2, Math.log(4), -1, Math.log(0.25)],
    mean: [2, -1],
    deviation: [2, 0.5],
  },
  categorical: {
    of: categorical(3),
    parameters: [0, Math.log(2), 0, Math.log(3), -100, 0],
    mean: [0.5, 0.25],
    deviation: [Math.sqrt(0.125), Math.sqrt(0.1875)],
  },
  "categorical, class numbers": {
    of: categorical(3, { high: 2 }),
    parameters: [0, Math.log(2), 0, Math.log(3), -100, 0],
    mean: [1, 0.5],
    deviation: [Math.sqrt(0.5), Math.sqrt(0.75)],
  },
};

describe.each(Object.entries(cases))("%s likelihood", (_, { of, parameters, mean, deviation }) => {
  const row = (count: number): tf.Tensor2D =>
    tf.tensor2d(Array.from({ length: count }, () => parameters)) as tf.Tensor2D;

  it("has the mean its parameters say", async () => {
    const found = of.mean(row(1));
    expect(found.shape).toEqual([1, 2]);
    for (const [i, value] of (await found.data()).entries()) expect(value).toBeCloseTo(mean[i]!, 5);
  });

  it("declares which values it scores, those that it draws among them", async () => {
    const drawn = of.sample(row(1000), random(3));
    expect(() => checkSupport("draws", "x", drawn.dataSync(), of.support!)).not.toThrow();
    expect(() => checkSupport("draws", "x", [of.support!.max === undefined ? Number.NaN : -0.5], of.support!)).toThrow(
      DataError,
    );
    expect(of.support!.name).toContain(of.name);
  });

  it("draws values with that mean and deviation", async () => {
    const draws = of.sample(row(DRAWS), random(11));
    expect(draws.shape).toEqual([DRAWS, 2]);
    const { mean: found, variance } = tf.moments(draws, 0);
    const [means, variances] = [await found.data(), await variance.data()];
    for (let i = 0; i < 2; i++) {
      // Four standard errors of the mean; the standard error of a deviation is below 0.5 % here.
      expect(Math.abs(means[i]! - mean[i]!)).toBeLessThan((4 * deviation[i]!) / Math.sqrt(DRAWS));
      expect(Math.abs(Math.sqrt(variances[i]!) / deviation[i]! - 1)).toBeLessThan(0.02);
    }
  });

  it("gives its draws the least expected loss under its own parameters", async () => {
    const draws = of.sample(row(2_000), random(12));
    const shifted = tf.add(row(2_000), tf.tensor1d(parameters.map((_, i) => (i % 2 === 0 ? 0.5 : -0.5))));
    const loss = async (p: tf.Tensor): Promise<number> =>
      (await tf.mean(of.negativeLogLikelihood(draws, p)).data())[0]!;
    expect(await loss(row(2_000))).toBeLessThan(await loss(shifted));
  });

  it("draws the same on wasm, and other values from another seed", async () => {
    const first = await of.sample(row(8), random(1)).data();
    expect(await of.sample(row(8), random(2)).data()).not.toEqual(first);
    await tf.setBackend("wasm");
    const there = await of.sample(row(8), random(1)).data();
    for (const [i, value] of first.entries()) expect(there[i]).toBeCloseTo(value, 5);
  });

  it("keeps image shapes", () => {
    const image = tf.zeros([3, 4, 5, 2 * of.parametersPerValue]);
    expect(of.mean(image).shape).toEqual([3, 4, 5, 2]);
    expect(of.sample(image, random(1)).shape).toEqual([3, 4, 5, 2]);
    expect(of.negativeLogLikelihood(tf.zeros([3, 4, 5, 2]), image).shape).toEqual([3]);
  });

  it("comes back from JSON", async () => {
    const again = likelihoodFromJSON(JSON.parse(JSON.stringify(of.toJSON())));
    expect(again.toJSON()).toEqual(of.toJSON());
    const x = of.sample(row(4), random(1));
    expect(await again.negativeLogLikelihood(x, row(4)).data()).toEqual(
      await of.negativeLogLikelihood(x, row(4)).data(),
    );
  });

  it("leaks no tensor", () => {
    const [x, p] = [tf.zeros([4, 2]), row(4)];
    const before = tf.memory().numTensors;
    of.negativeLogLikelihood(x, p).dispose();
    of.mean(p).dispose();
    of.sample(p, random(1)).dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(p.isDisposed).toBe(false);
  });
});

describe("likelihoods", () => {
  it("bound the density of values that never vary", async () => {
    const flat = gaussian({ deviation: "learned", minimumDeviation: 0.01 });
    const loss = await flat.negativeLogLikelihood(tf.zeros([1, 1]), tf.tensor2d([[0, -1e4]])).data();
    expect(loss[0]).toBeCloseTo(0.5 * Math.log(2 * Math.PI) + Math.log(0.01), 5);
  });

  it.each<[string, () => unknown, string]>([
    [
      "a deviation of 0",
      () => gaussian({ deviation: 0 }),
      "gaussian: expected `deviation` to be a number > 0, received 0.",
    ],
    ["a misspelt option", () => gaussian({ sigma: 1 } as never), "gaussian: unknown option `sigma`"],
    ["one level", () => categorical(1), "categorical: expected `levels` to be an integer ≥ 2, received 1."],
    [
      "an empty range",
      () => categorical(3, { low: 1 }),
      "categorical: expected `high` to be a number > 1, received 1.",
    ],
  ])("refuse %s", (_, call, message) => {
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(message);
  });

  it("refuse parameters that do not fit", () => {
    expect(() => gaussian({ deviation: "learned" }).mean(tf.zeros([2, 3]))).toThrow(ShapeError);
    expect(() => categorical(3).mean(tf.zeros([2, 4]))).toThrow(
      "categorical: expected `parameters` to have shape [batch, …, 3 · values], received [2, 4].",
    );
    expect(() => bernoulli().negativeLogLikelihood(tf.zeros([2, 3]), tf.zeros([2, 4]))).toThrow(ShapeError);
  });

  it.each<[string, Json]>([
    ["nothing", null],
    ["an unknown name", { name: "poisson" }],
    ["a bad option", { name: "gaussian", deviation: -1 }],
    ["no levels", { name: "categorical" }],
  ])("refuse JSON with %s", (_, json) => {
    expect(() => likelihoodFromJSON(json)).toThrow(CheckpointError);
  });
});

describe("cross-entropy of large logits", () => {
  it("depends on their distances alone", async () => {
    const logits = [
      [0, 1.5, -2],
      [3, 0.25, 0],
    ];
    const labels = tf.tensor1d([1, 2], "int32");
    const expected = logits.map((row, i) => Math.log(row.reduce((sum, l) => sum + Math.exp(l), 0)) - row[i + 1]!);
    for (const offset of [0, 2 ** 18, -(2 ** 18)]) {
      const moved = tf.add(tf.tensor2d(logits), offset) as tf.Tensor2D; // quarters, which float32 holds beside the offset
      const found = await categoricalCrossEntropy(labels, moved).data();
      for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(1e-6);
      const slope = await tf
        .grad((l: tf.Tensor) => tf.sum(categoricalCrossEntropy(labels, l)))(moved)
        .data();
      const [p] = logits.map((row) =>
        row.map((l) => Math.exp(l) / row.reduce((sum, other) => sum + Math.exp(other), 0)),
      );
      for (const [k, probability] of p!.entries()) expect(slope[k]).toBeCloseTo(probability - (k === 1 ? 1 : 0), 6);
    }
  });
});
