import { DataError, ShapeError } from "@latentkit/core";
import { activeUnits, encodeDataset, linearProbe } from "@latentkit/metrics";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { minimize } from "../../src/internal/lbfgs.js";
import fixture from "../fixtures/linear-probe.json" with { type: "json" };

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

/** Two units that carry their input, one that carries a little of it, one that carries nothing. */
const model = {
  latentDim: 4,
  encode: (x: tf.Tensor) =>
    tf.tidy(() =>
      tf.matMul(
        x as tf.Tensor2D,
        tf.tensor2d([
          [1, 0, 0.05, 0],
          [0, 2, 0, 0],
        ]),
      ),
    ) as tf.Tensor2D,
};
const data = tf.tidy(() => tf.tensor2d(Array.from({ length: 40 }, (_, i) => [i % 2, (i >> 1) % 2])));

describe("activeUnits", () => {
  it("counts the units whose mean varies by more than the threshold", async () => {
    const before = tf.memory().numTensors;
    const { active, variances } = await activeUnits(model, data, { batchSize: 7 });
    // Fair coins have a variance of 1/4; n/(n − 1) corrects for the estimated mean.
    const unit = (0.25 * 40) / 39;
    [unit, 4 * unit, 0.0025 * unit, 0].forEach((variance, i) => {
      expect(variances[i]).toBeCloseTo(variance, 7);
    });
    expect(active).toBe(2);
    expect((await activeUnits(model, data, { threshold: 1e-4 })).active).toBe(3);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("names an encoder whose codes have another size", async () => {
    await expect(activeUnits({ ...model, latentDim: 3 }, data)).rejects.toThrow(ShapeError);
  });
});

describe("encodeDataset", () => {
  const labelled = {
    size: 5,
    async *batches({ batchSize }: { batchSize: number }) {
      for (let i = 0; i < 5; i += batchSize) {
        const size = Math.min(batchSize, 5 - i);
        yield { x: tf.fill([size, 2], i), label: tf.fill([size], i, "int32") as tf.Tensor1D };
      }
    },
  };

  it("joins codes and labels of all batches, up to a limit", async () => {
    const before = tf.memory().numTensors;
    const { codes, labels } = await encodeDataset(model, labelled, { batchSize: 2, limit: 3 });
    expect(codes.shape).toEqual([3, 4]);
    expect([...(await labels!.data())]).toEqual([0, 0, 2]);
    expect(labels!.dtype).toBe("int32");
    tf.dispose([codes, labels!]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("has no labels where the data have none", async () => {
    const { codes, labels } = await encodeDataset(model, data);
    expect(codes.shape).toEqual([40, 4]);
    expect(labels).toBeUndefined();
  });
});

describe("linearProbe", () => {
  const part = (start: number, end?: number): { codes: tf.Tensor2D; labels: tf.Tensor1D } => ({
    codes: tf.tensor2d(fixture.codes.slice(start, end)),
    labels: tf.tensor1d(fixture.labels.slice(start, end), "int32"),
  });

  it("reaches the optimum that torch finds in double precision", async () => {
    const [train, test] = [part(0, fixture.train), part(fixture.train)];
    const before = tf.memory().numTensors;
    const probe = await linearProbe(train, test, { tolerance: 1e-5 });
    expect(probe.converged).toBe(true);
    expect(probe.accuracy).toBeCloseTo(fixture.accuracy, 6);
    expect(probe.trainAccuracy).toBeCloseTo(fixture.trainAccuracy, 6);
    expect(Math.abs(probe.crossEntropy - fixture.crossEntropy)).toBeLessThan(2e-3);
    expect(tf.memory().numTensors).toBe(before);
    expect(await linearProbe(train, test, { tolerance: 1e-5 })).toEqual(probe);
  });

  it("gives the chance level on codes that say nothing, and keeps codes that never change harmless", async () => {
    const labels = tf.tensor1d(
      Array.from({ length: 60 }, (_, i) => i % 3),
      "int32",
    );
    const useless = { codes: tf.ones<tf.Rank.R2>([60, 2]), labels };
    const { accuracy, crossEntropy } = await linearProbe(useless, useless);
    expect(accuracy).toBeCloseTo(1 / 3, 6);
    expect(crossEntropy).toBeCloseTo(Math.log(3), 5);
  });

  it("refuses labels that are not classes, other sizes and nothing to learn from", async () => {
    const train = part(0, 100);
    const labels = (values: number[]): tf.Tensor1D => tf.tensor1d(values, "int32");
    const codes = train.codes.slice(0, 2);
    await expect(linearProbe(train, { codes, labels: labels([0, 9]) })).rejects.toThrow(/from 0 to 3, received 9/);
    await expect(linearProbe(train, { codes, labels: labels([0, -1]) })).rejects.toThrow(DataError);
    await expect(linearProbe(train, { codes, labels: labels([0]) })).rejects.toThrow(ShapeError);
    await expect(linearProbe(train, { codes: tf.zeros([2, 3]), labels: labels([0, 1]) })).rejects.toThrow(ShapeError);
    await expect(linearProbe({ codes, labels: labels([0, 0]) }, train)).rejects.toThrow(/classes/);
  });
});

describe("L-BFGS", () => {
  it("finds the minimum of Rosenbrock's valley", async () => {
    const rosenbrock = async ([x, y]: Float64Array) => ({
      value: (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2,
      gradient: Float64Array.of(-2 * (1 - x!) - 400 * x! * (y! - x! ** 2), 200 * (y! - x! ** 2)),
    });
    const found = await minimize(rosenbrock, Float64Array.of(-1.2, 1), { maxIterations: 100, tolerance: 1e-8 });
    expect(found.converged).toBe(true);
    expect(found.point[0]).toBeCloseTo(1, 7);
    expect(found.point[1]).toBeCloseTo(1, 7);
  });
});
