import { ConfigError, DataError, type Dataset, type Model, ShapeError } from "@latentkit/core";
import { fromArrays, fromGenerator, sines, standardize } from "@latentkit/data";
import { recurrentDecoder, recurrentEncoder } from "@latentkit/layers";
import { bernoulliCrossEntropy } from "@latentkit/losses";
import { reconstructionError } from "@latentkit/metrics";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  autoencoder,
  convAutoencoder,
  encoderClassifier,
  linearAutoencoder,
  recurrentAutoencoder,
  stackedAutoencoder,
} from "../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

/** Rows of a table whose columns differ in scale: the third is the sum of the others in its own unit. */
const rows = Array.from({ length: 60 }, (_, i) => {
  const [a, b] = [Math.sin(i), 1000 + 50 * Math.cos(2.3 * i)];
  return [a, b, 0.01 * (a + (b - 1000) / 50)];
});

describe("data that users bring", () => {
  it("trains on a standardised table, and gives reconstructions back in its units", async () => {
    const table = fromArrays({ x: rows });
    const scaling = await standardize(table);
    const data = table.map(scaling.apply);
    const model = linearAutoencoder({ inputShape: [3], latentDim: 2 });
    await train(model, data, { steps: 300, batchSize: 60, optimizers: adam({ learningRate: 0.03 }) });
    expect((await reconstructionError(model, data)).mean).toBeLessThan(1e-3);
    const restored = tf.tidy(() => scaling.invert(model.reconstruct(scaling.transform(tf.tensor2d(rows)))));
    const values = (await restored.array()) as number[][];
    for (const [i, row] of values.entries()) expect(Math.abs(row[1]! - rows[i]![1]!)).toBeLessThan(10);
    restored.dispose();
    model.dispose();
  });

  const table = (): Model => linearAutoencoder({ inputShape: [3], latentDim: 2 });
  const images = (): Model => convAutoencoder({ inputShape: [6, 6, 1], filters: [2], latentDim: 2 });
  const sequences = (masked: boolean): Model =>
    recurrentAutoencoder({
      encoder: recurrentEncoder({ inputShape: [6, 1], units: 3, latentDim: 2, masked }),
      decoder: recurrentDecoder({ outputShape: [6, 1], units: 3, latentDim: 2 }),
    });
  const flat = () => fromArrays({ x: { values: new Float32Array(36 * 4), shape: [36] } });
  const broken = (value: number) =>
    fromArrays(
      {
        x: [
          [1, 2, 3],
          [4, value, 6],
        ],
      },
      { finite: false },
    );
  const classes = () =>
    encoderClassifier({
      encoder: stackedAutoencoder({ inputShape: [3], hiddenUnits: [4], latentDim: 2 }).networks.encoder,
      classes: 2,
    });

  it.each<[string, () => Model, () => Dataset, new (message: string) => Error, RegExp]>([
    [
      "a table with another number of columns",
      table,
      () => fromArrays({ x: [[1, 2]] }),
      ShapeError,
      /\[batch, 3\].*\[1, 2\]/,
    ],
    ["images that were flattened", images, flat, ShapeError, /\[batch, 6, 6, 1\].*\[1, 36\]/],
    [
      "sequences of another length",
      () => sequences(false),
      () => sines({ steps: 5, count: 4 }).select(["x"]),
      ShapeError,
      /\[batch, 6, 1\]/,
    ],
    [
      "a mask that nothing heeds",
      () => sequences(false),
      () => sines({ steps: 6, count: 4 }),
      ShapeError,
      /masked: true/,
    ],
    [
      "values that its loss cannot score",
      () =>
        autoencoder({ ...linearAutoencoder({ inputShape: [3], latentDim: 2 }).networks, loss: bernoulliCrossEntropy }),
      () => fromArrays({ x: rows }),
      DataError,
      /`x` to hold values in \[0, 1\], for a bernoulli likelihood, received/,
    ],
    ["NaN", table, () => broken(Number.NaN), DataError, /finite values in `x`, received NaN in example/],
    ["infinite values", table, () => broken(Number.POSITIVE_INFINITY), DataError, /received Infinity/],
    ["labels that are missing", classes, () => fromArrays({ x: rows }), DataError, /field `label`/],
    ["a stream that ends at once", table, () => fromGenerator(async function* () {}) as Dataset, DataError, /at least/],
  ])("refuses %s before the first step", async (_, make, data, kind, message) => {
    const model = make();
    const before = await Promise.all(Object.values(model.networks).map((network) => network.getWeights()[0]!.data()));
    const run = train(model, data() as Dataset, { steps: 2, batchSize: 1 });
    await expect(run).rejects.toThrow(kind);
    await expect(run).rejects.toThrow(message);
    const after = await Promise.all(Object.values(model.networks).map((network) => network.getWeights()[0]!.data()));
    expect(after).toEqual(before);
    model.dispose();
  });

  it("refuses an empty table, ragged rows and NaN where the dataset is made", () => {
    expect(() => fromArrays({ x: [] })).toThrow(DataError);
    expect(() => fromArrays({ x: [[1, 2], [3]] })).toThrow(DataError);
    expect(() => fromArrays({ x: [[1, Number.NaN]] })).toThrow(/NaN.*example 0/);
  });

  it.each([
    ["linear", () => linearAutoencoder({ inputShape: [3], latentDim: 4 }), /≤ 3/],
    ["stacked", () => stackedAutoencoder({ inputShape: [3], hiddenUnits: [8], latentDim: 3 }), /< 3/],
    ["convolutional", () => convAutoencoder({ inputShape: [2, 2, 1], filters: [2], latentDim: 4 }), /< 4/],
  ])("refuses a code too large for a %s autoencoder", (_, make, message) => {
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(message);
  });
});
