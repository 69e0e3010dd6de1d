import {
  type Batch,
  DataError,
  type Dataset,
  type FieldSpecs,
  type GivenLike,
  random,
  ShapeError,
} from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  activeUnits,
  anomalyScores,
  encodeDataset,
  evidenceLowerBound,
  importanceWeightedLogLikelihood,
  logLikelihood,
  reconstructionError,
  reconstructionQuality,
  samplePrecision,
} from "../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

type Fields = Readonly<Record<string, tf.Tensor>> & { readonly x: tf.Tensor };

/** A dataset that cuts tensors into batches, in the stored order or in that of a stream. */
function dataset(fields: Fields): Dataset<Batch & { readonly x: tf.Tensor }> {
  const size = fields.x.shape[0]!;
  return {
    size,
    async *batches({ batchSize, random: stream }) {
      const order = stream ? Int32Array.from(stream.permutation(size)) : Int32Array.from({ length: size }, (_, i) => i);
      for (let first = 0; first < size; first += batchSize) {
        const chosen = order.slice(first, first + batchSize);
        yield Object.fromEntries(
          Object.entries(fields).map(([name, tensor]) => [
            name,
            tf.tidy(() => tf.gather(tensor, tf.tensor1d(chosen, "int32"))),
          ]),
        ) as Fields;
      }
    },
  };
}

const given: FieldSpecs = { label: { shape: [null], classes: 3 } };
const labelsOf = (told: GivenLike | undefined): tf.Tensor1D => {
  if (!(told?.label instanceof tf.Tensor)) throw new Error("no label was handed on");
  return told.label as tf.Tensor1D;
};

/** Every value is right only where the example's own label arrives: x is filled with it. */
const model = {
  given,
  latentDim: 2,
  encode: (x: tf.Tensor, told?: GivenLike) =>
    tf.tidy(() =>
      tf.sub(
        tf.reshape(tf.slice(tf.reshape(x, [x.shape[0]!, -1]), [0, 0], [-1, 2]), [-1, 2]),
        tf.expandDims(labelsOf(told), 1),
      ),
    ) as tf.Tensor2D,
  decode: (z: tf.Tensor, told?: GivenLike) => tf.tidy(() => tf.add(z, tf.expandDims(labelsOf(told), 1))),
  reconstruct: (x: tf.Tensor, told?: GivenLike) =>
    tf.tidy(() => tf.mul(tf.onesLike(x), tf.reshape(labelsOf(told), [-1, ...x.shape.slice(1).map(() => 1)]))),
  elbo: (x: tf.Tensor, _: unknown, told?: GivenLike) => {
    const apart = (): tf.Tensor1D =>
      tf.tidy(() => tf.mean(tf.square(tf.sub(tf.reshape(x, [x.shape[0]!, -1]), tf.expandDims(labelsOf(told), 1))), 1));
    return { elbo: apart(), reconstruction: apart(), kl: apart() };
  },
  logImportanceWeights: (x: tf.Tensor, count: number, _: unknown, told?: GivenLike) =>
    tf.tidy(() =>
      tf.tile(tf.sub(tf.slice(x, [0, 0], [-1, 1]), tf.expandDims(labelsOf(told), 1)), [1, count]),
    ) as tf.Tensor2D,
  logLikelihood: (x: tf.Tensor, told?: GivenLike) =>
    tf.tidy(() =>
      tf.reshape(tf.sub(tf.slice(x, [0, 0], [-1, 1]), tf.expandDims(labelsOf(told), 1)), [-1]),
    ) as tf.Tensor1D,
};
const classes = Array.from({ length: 60 }, (_, i) => i % 3);
const label = tf.tensor1d(classes, "int32");
const x = tf.tensor2d(classes.map((value) => [value, value]));
const images = tf.tidy(() => tf.mul(tf.ones([60, 12, 12, 1]), tf.reshape(tf.cast(label, "float32"), [60, 1, 1, 1])));

/** Each metric of a conditional model, and the number that it gives only when the conditions arrive. */
const metrics: Readonly<Record<string, (data: Fields) => Promise<number>>> = {
  reconstructionError: async (data) => (await reconstructionError(model, dataset(data), { batchSize: 7 })).mean,
  reconstructionQuality: async (data) =>
    (await reconstructionQuality(model, dataset({ ...data, x: images }), { batchSize: 7 })).meanSquaredError.mean,
  anomalyScores: async (data) => (await anomalyScores(model, dataset(data), { batchSize: 7 })).reduce((a, b) => a + b),
  evidenceLowerBound: async (data) => (await evidenceLowerBound(model, dataset(data), { batchSize: 7 })).elbo.mean,
  importanceWeightedLogLikelihood: async (data) =>
    (await importanceWeightedLogLikelihood(model, dataset(data), { samples: 3, batchSize: 7 })).mean,
  logLikelihood: async (data) => (await logLikelihood(model, dataset(data), { batchSize: 7 })).mean,
  activeUnits: async (data) => (await activeUnits(model, dataset(data), { batchSize: 7 })).active,
  encodeDataset: async (data) => {
    const { codes } = await encodeDataset(model, dataset(data), { batchSize: 7 });
    return tf.tidy(() => tf.sum(tf.abs(codes)).dataSync()[0]!);
  },
};

describe.each(Object.entries(metrics))("%s of a conditional model", (owner, measure) => {
  it("tells it each example's condition", async () => {
    expect(await measure({ x, label })).toBe(0);
  });

  it("refuses data without conditions, and class numbers that are none, by name and place", async () => {
    const before = tf.memory().numTensors;
    await expect(measure({ x })).rejects.toThrow(DataError);
    await expect(measure({ x })).rejects.toThrow(new RegExp(`${owner}: expected a field \`label\`.*received x`));
    const wrong = tf.tensor1d(
      classes.map((value, i) => (i === 9 ? 3 : value)),
      "int32",
    );
    await expect(measure({ x, label: wrong })).rejects.toThrow(
      new RegExp(`${owner}: expected \`label\` to hold class numbers from 0 to 2, received 3 at example 9`),
    );
    wrong.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("samplePrecision of a conditional model", () => {
  it("decodes codes under the conditions of data", async () => {
    const noise = random(4).normal([60, 2]);
    const noisy = tf.tidy(() => tf.add(x, tf.mul(noise, 0.01)));
    const options = { references: 40, count: 20, region: "matched" } as const;
    const before = tf.memory().numTensors;
    const { reconstructions, data } = await samplePrecision(model, dataset({ x: noisy, label }), options);
    // The code is what is left of x without its label, and the decoder adds the label again: nothing is lost.
    expect(reconstructions).toEqual(data);
    await expect(samplePrecision(model, noisy, options)).rejects.toThrow(/expected a field `label`/);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("steps that a mask hides", () => {
  const masked = {
    given: { mask: { shape: [null, 3], optional: true } } as FieldSpecs,
    reconstruct: (sequences: tf.Tensor) => tf.zerosLike(sequences),
  };
  const sequences = tf.tensor3d([
    [[1], [2], [9]],
    [[3], [9], [9]],
    [[9], [9], [9]],
  ]);
  const mask = tf.tensor2d([
    [1, 1, 0],
    [1, 0, 0],
    [0, 0, 0],
  ]);

  it("do not count in errors, and all count without one", async () => {
    const { perExample } = await reconstructionError(masked, dataset({ x: sequences, mask }));
    expect([...perExample]).toEqual([2.5, 9, 0]);
    expect([...(await anomalyScores(masked, dataset({ x: sequences, mask }), { score: "relative" }))]).toEqual([
      1, 1, 0,
    ]);
    expect((await reconstructionError(masked, sequences)).perExample[2]).toBe(81);
  });
});

const zeros = (batch: tf.Tensor): tf.Tensor1D => tf.zeros([batch.shape[0]!]);

describe("values that a likelihood cannot score", () => {
  const support = { name: "values in [0, 1], for a bernoulli likelihood", min: 0, max: 1 };
  const scoring = {
    fields: { x: { shape: [null, 2], support } } as FieldSpecs,
    elbo: (batch: tf.Tensor) => ({ elbo: zeros(batch), reconstruction: zeros(batch), kl: zeros(batch) }),
    logImportanceWeights: (batch: tf.Tensor, count: number): tf.Tensor2D => tf.zeros([batch.shape[0]!, count]),
    logLikelihood: zeros,
    reconstruct: (batch: tf.Tensor) => tf.clone(batch),
  };
  const outside = tf.tensor2d([
    [0, 1],
    [0.5, 0.5],
    [0.25, -1.5],
  ]);
  const plan = { batchSize: 2 };

  it.each<[string, () => Promise<unknown>]>([
    ["evidenceLowerBound", () => evidenceLowerBound(scoring, outside, plan)],
    [
      "importanceWeightedLogLikelihood",
      () => importanceWeightedLogLikelihood(scoring, outside, { ...plan, samples: 2 }),
    ],
    ["logLikelihood", () => logLikelihood(scoring, outside, plan)],
  ])("are refused by %s with the domain, the value and its place", async (owner, call) => {
    await expect(call()).rejects.toThrow(DataError);
    await expect(call()).rejects.toThrow(
      `${owner}: expected \`x\` to hold values in [0, 1], for a bernoulli likelihood, received -1.5 at example 2, value 1`,
    );
  });

  it("are no matter to metrics that score nothing", async () => {
    expect((await reconstructionError(scoring, outside)).mean).toBe(0);
    await expect(reconstructionError(scoring, tf.zeros([2, 3]))).rejects.toThrow(ShapeError);
  });
});
