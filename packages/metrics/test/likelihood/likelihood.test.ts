import { type DataBatch, DataError, type Dataset, ShapeError } from "@latentkit/core";
import {
  bitsPerDimension,
  evidenceLowerBound,
  importanceWeightedLogLikelihood,
  logLikelihood,
} from "@latentkit/metrics";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { LogWeights } from "../../src/internal/log-weights.js";
import fixture from "../fixtures/log-weights.json" with { type: "json" };
import { gaussianModel, trueLogLikelihood } from "./gaussian-model.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const points = [-3, -1, -0.2, 0, 0.7, 1.5, 2.5];
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;

/** A dataset that counts what it hands out; its batches also carry a tensor that the metric does not need. */
const dataset = (values: readonly number[]): Dataset<DataBatch> => ({
  size: values.length,
  async *batches({ batchSize }) {
    for (let i = 0; i < values.length; i += batchSize) {
      const part = values.slice(i, i + batchSize);
      yield { x: tf.tensor2d(part, [part.length, 1]), label: tf.zeros([part.length], "int32") };
    }
  },
});

describe("evidenceLowerBound", () => {
  it("is log p(x) at the true posterior, up to the noise of one sample, and its parts add up", async () => {
    const values = Array.from({ length: 2000 }, (_, i) => points[i % points.length]!);
    const { elbo, reconstruction, kl } = await evidenceLowerBound(gaussianModel(Math.SQRT1_2), dataset(values));
    expect(elbo.count).toBe(2000);
    expect(elbo.mean).toBeCloseTo(-reconstruction.mean - kl.mean, 5);
    // Four standard errors: a right implementation fails once in 16,000 seeds.
    expect(Math.abs(elbo.mean - mean(values.map(trueLogLikelihood)))).toBeLessThan(4 * elbo.standardError);
    expect(kl.mean).toBeCloseTo(mean(values.map((x) => 0.5 * (x ** 2 / 4 + 0.5 - 1 - Math.log(0.5)))), 4);
  });

  it("states the standard error of the mean", async () => {
    const x = tf.tensor2d([1, 2, 3, 4, 6], [5, 1]);
    const parts = { elbo: tf.neg, reconstruction: tf.clone, kl: tf.zerosLike };
    const model = {
      ...gaussianModel(1),
      elbo: (batch: tf.Tensor) => {
        const flat = tf.tidy(() => batch.reshape([-1]));
        const result = { elbo: parts.elbo(flat), reconstruction: parts.reconstruction(flat), kl: parts.kl(flat) };
        flat.dispose();
        return result as never;
      },
    };
    const { elbo, kl } = await evidenceLowerBound(model, x, { batchSize: 2 });
    expect(elbo.mean).toBeCloseTo(-3.2, 12);
    expect(elbo.standardError).toBeCloseTo(Math.sqrt(3.7 / 5), 12);
    expect(kl).toEqual({ mean: 0, standardError: 0, count: 5 });
  });

  it("repeats with a seed, differs with another, and leaks nothing", async () => {
    const model = gaussianModel(0.5);
    const before = tf.memory().numTensors;
    const [first, again, other] = [
      await evidenceLowerBound(model, dataset(points), { batchSize: 3, seed: 5 }),
      await evidenceLowerBound(model, dataset(points), { batchSize: 3, seed: 5 }),
      await evidenceLowerBound(model, dataset(points), { batchSize: 3, seed: 6 }),
    ];
    expect(again).toEqual(first);
    expect(other.elbo.mean).not.toBe(first.elbo.mean);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses no data, data without a batch axis, NaN and unknown options", async () => {
    const model = gaussianModel(1);
    await expect(evidenceLowerBound(model, dataset([]))).rejects.toThrow(DataError);
    await expect(evidenceLowerBound(model, tf.tensor1d([1, 2]))).rejects.toThrow(ShapeError);
    await expect(evidenceLowerBound(model, dataset([1, 2, Number.NaN]), { batchSize: 2 })).rejects.toThrow(/example 2/);
    await expect(evidenceLowerBound(model, dataset([1]), { batch: 2 } as never)).rejects.toThrow(/unknown option/);
    await expect(evidenceLowerBound(model, dataset([1]), { batchSize: 0 })).rejects.toThrow(/batchSize/);
  });
});

describe("importanceWeightedLogLikelihood", () => {
  it("is exact at the true posterior, with one sample", async () => {
    const result = await importanceWeightedLogLikelihood(gaussianModel(Math.SQRT1_2), dataset(points), { samples: 1 });
    points.forEach((x, i) => {
      expect(result.perExample[i]).toBeCloseTo(trueLogLikelihood(x), 5);
    });
    expect(result.mean).toBeCloseTo(mean(points.map(trueLogLikelihood)), 5);
  });

  it("closes the gap of a poor posterior with 5,000 samples, which the bound does not", async () => {
    const model = gaussianModel(1.4);
    const truth = mean(points.map(trueLogLikelihood));
    const bound = await importanceWeightedLogLikelihood(model, dataset(points), { samples: 1 });
    const { perExample, effectiveSamples } = await importanceWeightedLogLikelihood(model, dataset(points));
    expect(bound.mean).toBeLessThan(truth - 0.2);
    // The weights' relative deviation is about 0.85 here: 5,000 of them leave 0.012 nats an example, bounded at 4 deviations.
    points.forEach((x, i) => {
      expect(Math.abs(perExample[i]! - trueLogLikelihood(x))).toBeLessThan(0.05);
    });
    expect(effectiveSamples.mean).toBeGreaterThan(1000);
    expect(effectiveSamples.mean).toBeLessThan(5000);
  });

  it("never asks for more than a chunk, so that memory does not grow with the samples", async () => {
    const peak = async (samples: number): Promise<{ bytes: number; counts: readonly number[] }> => {
      const model = gaussianModel(1);
      let bytes = 0;
      const watched = {
        ...model,
        logImportanceWeights: (...args: Parameters<typeof model.logImportanceWeights>) => {
          const weights = model.logImportanceWeights(...args);
          bytes = Math.max(bytes, tf.memory().numBytes);
          return weights;
        },
      };
      await importanceWeightedLogLikelihood(watched, dataset(points), { samples, chunk: 40 });
      return { bytes, counts: model.counts };
    };
    const [few, many] = [await peak(50), await peak(5000)];
    expect(few.counts).toEqual([40, 10]);
    expect(many.counts.length).toBe(125);
    expect(many.bytes).toBe(few.bytes);
  });

  it("agrees with scipy where weights overflow or vanish in exp, however they are cut", () => {
    const columns = fixture.logWeights[0]!.length;
    for (const chunk of [1, 10, 37]) {
      const weights = new LogWeights(fixture.logWeights.length);
      for (let start = 0; start < columns; start += chunk) {
        const part = fixture.logWeights.map((row) => row.slice(start, start + chunk));
        weights.add(part.flat(), part[0]!.length);
      }
      weights.logMeans().forEach((value, i) => {
        expect(value).toBeCloseTo(fixture.logMeans[i]!, 8);
      });
      weights.effectiveSamples().forEach((value, i) => {
        expect(value).toBeCloseTo(fixture.effectiveSamples[i]!, 7);
      });
    }
  });

  it("takes weights of zero", () => {
    const weights = new LogWeights(2);
    weights.add([Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY], 2);
    expect([...weights.logMeans()]).toEqual([-Math.LN2, Number.NEGATIVE_INFINITY]);
    expect([...weights.effectiveSamples()]).toEqual([1, 0]);
  });

  it("leaks nothing, also when the model's weights have a wrong shape or are NaN", async () => {
    const before = tf.memory().numTensors;
    await importanceWeightedLogLikelihood(gaussianModel(1), dataset(points), { samples: 30, chunk: 7, batchSize: 2 });
    const wrong = { ...gaussianModel(1), logImportanceWeights: () => tf.zeros([3]) as never };
    await expect(importanceWeightedLogLikelihood(wrong, dataset(points))).rejects.toThrow(ShapeError);
    const broken = dataset([1, Number.NaN]);
    await expect(importanceWeightedLogLikelihood(gaussianModel(1), broken, { samples: 3 })).rejects.toThrow(
      /example 1/,
    );
    await expect(importanceWeightedLogLikelihood(gaussianModel(1), broken, { samples: 0 })).rejects.toThrow(/samples/);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("logLikelihood and bitsPerDimension", () => {
  it("averages exact values and converts them", async () => {
    const model = { logLikelihood: (x: tf.Tensor) => tf.tidy(() => tf.neg(tf.sum(x, 1)) as tf.Tensor1D) };
    const result = await logLikelihood(model, tf.tensor2d([[1], [2], [6]]), { batchSize: 2 });
    expect(result.mean).toBeCloseTo(-3, 12);
    expect([...result.perExample]).toEqual([-1, -2, -6]);
    expect(bitsPerDimension(-784 * Math.LN2, 784)).toBeCloseTo(1, 12);
    expect(() => bitsPerDimension(-1, 0)).toThrow(/dimensions/);
  });
});
