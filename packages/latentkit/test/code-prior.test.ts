import { gatedPixelCnn, imageTransformer } from "@latentkit/autoregressive";
import { onnx } from "@latentkit/compile";
import {
  ConfigError,
  type Dataset,
  type HistoryRow,
  modelFromBytes,
  modelToBytes,
  random,
  ShapeError,
} from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { codeDataset, fromArrays, fromTensors } from "@latentkit/data";
import { mapDecoder, mapEncoder, mapMerger } from "@latentkit/layers";
import { bernoulli, categorical, vectorQuantizer, withCodePrior, withPrior } from "@latentkit/losses";
import { evidenceLowerBound } from "@latentkit/metrics";
import { adam, train } from "@latentkit/training";
import { vqVae, vqVae2 } from "@latentkit/vae";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const inputShape = [8, 8, 1];
const small = { residualBlocks: 1, residualFilters: 3 } as const;
const coded = () =>
  vqVae({
    encoder: mapEncoder({ inputShape, filters: [3, 4], channels: 2, seed: 1, ...small }),
    decoder: mapDecoder({ inputShape: [2, 2, 2], filters: [4, 3], outputShape: inputShape, seed: 2, ...small }),
    quantizer: vectorQuantizer({ codes: 6, dim: 2, restart: { below: 2 } }),
  });
const codes = categorical(6, { high: 5 });
const pixelCnn = (given?: { label: { classes: number } }) =>
  gatedPixelCnn({ inputShape: [2, 2, 1], width: 4, layers: 1, likelihood: codes, seed: 3, ...(given && { given }) });
const told = { label: { classes: 3 } };
/** Owns its parts: what they are made of goes with the whole. */
const whole = () => {
  const [model, prior] = [coded(), pixelCnn(told)];
  const made = withCodePrior(model, prior);
  for (const part of [model, prior]) part.dispose();
  return made;
};
const labels = (count: number) =>
  tf.tensor1d(
    Array.from({ length: count }, (_, i) => i % 3),
    "int32",
  );
/** Pictures with a bright stripe that depends on the class. */
const pictures = (count = 48) =>
  tf.tidy(() => {
    const at = tf.mul(tf.reshape(labels(count), [count, 1]), 3);
    const rows = tf.cast(tf.equal(tf.range(0, 8, 1, "int32"), at), "float32");
    const stripes = tf.tile(tf.reshape(rows, [count, 8, 1, 1]), [1, 1, 8, 1]);
    const noise = random(1).uniform([count, ...inputShape], 0, 0.2);
    return { x: tf.clipByValue(tf.add(tf.mul(0.8, stripes), noise), 0, 1), label: labels(count) };
  });

describeModel("withCodePrior", {
  factory: [withCodePrior, vqVae, gatedPixelCnn],
  create: whole,
  batch: () => pictures(3),
  untold: ["encode", "decode", "reconstruct", "encodeCodes", "decodeCodes"],
  invalid: {
    "a prior over other maps": () =>
      withCodePrior(coded(), gatedPixelCnn({ inputShape: [3, 3, 1], likelihood: codes, width: 4, layers: 1 })),
    "a prior over other values": () =>
      withCodePrior(coded(), gatedPixelCnn({ inputShape: [2, 2, 1], likelihood: categorical(6), width: 4, layers: 1 })),
    "a prior of bits": () =>
      withCodePrior(coded(), gatedPixelCnn({ inputShape: [2, 2, 1], likelihood: bernoulli(), width: 4, layers: 1 })),
    "no prior": () => withCodePrior({ model: coded() } as never),
  },
});

describe("withCodePrior", () => {
  it("bounds −log p(x) by the codes' bits and the reconstruction's", async () => {
    const [model, prior] = [coded(), pixelCnn(told)];
    const made = withCodePrior(model, prior);
    const { x, label } = pictures(5);
    const given = { label };
    const distortion = await model.elbo(x, random(1)).reconstruction.data();
    const rate = await prior.logLikelihood(tf.cast(model.encodeCodes(x), "float32"), given).data();
    const bits = await made.bitsPerDimension(x, given).data();
    const { elbo } = made.elbo(x, random(1), given);
    const bounds = await elbo.data();
    for (const [i, nats] of distortion.entries()) {
      expect(bits[i]).toBeCloseTo((nats - rate[i]!) / (64 * Math.LN2), 5);
      expect(bounds[i]).toBeCloseTo(rate[i]! - nats, 3);
    }
    // An equal prior is the VQ-VAE's own bound: log K for each code.
    const metric = await evidenceLowerBound(made, await fromTensors(pictures(5)));
    expect(metric.elbo.mean).toBeCloseTo([...bounds].reduce((a, b) => a + b) / 5, 3);
    for (const one of [made, model, prior]) one.dispose();
  });

  it("draws what the decoder makes of the prior's draws, for the wanted class, and tells how far it is", async () => {
    const [model, prior] = [coded(), pixelCnn(told)];
    const made = withPrior(model, prior);
    const request = { count: 3, given: { label: 2 }, temperature: 0.7 };
    const maps = await prior.sample({ ...request, random: random(4) });
    const seen: number[][] = [];
    const drawn = await made.sample({
      ...{ ...request, random: random(4) },
      onProgress: ({ picture }) => {
        const x = picture();
        seen.push(x.shape);
        x.dispose();
      },
    });
    expect(await drawn.array()).toEqual(await model.decodeCodes(maps).array());
    expect(seen.at(-1)).toEqual([3, ...inputShape]);
    const noisy = await made.sample({ ...request, random: random(4), from: "distribution" });
    expect(new Set(await noisy.data())).toEqual(new Set([0, 1]));
    for (const one of [made, model, prior]) one.dispose();
  });

  it("is saved and loaded whole, a prior of each kind with it", async () => {
    const model = whole();
    const bytes = await modelToBytes(model);
    const loaded = await modelFromBytes(bytes, [withCodePrior, vqVae, gatedPixelCnn]);
    const drawn = [model, loaded].map(async (one) => {
      return (await (one as typeof model).sample({ count: 2, random: random(1), given: { label: 1 } })).array();
    });
    expect(await drawn[1]).toEqual(await drawn[0]);
    await expect(modelFromBytes(bytes, [withCodePrior, vqVae])).rejects.toThrow("gatedPixelCnn");
    for (const one of [model, loaded]) one.dispose();
  });

  it("takes a transformer over the codes of two levels in a row", async () => {
    const [top, features, bottom] = [
      [2, 2, 2],
      [4, 4, 3],
      [4, 4, 2],
    ];
    const model = vqVae2({
      bottomEncoder: mapEncoder({ inputShape, filters: [3], channels: 3, name: "bottom", ...small }),
      topEncoder: mapEncoder({ inputShape: features, filters: [3], channels: 2, name: "top", ...small }),
      merger: mapMerger({ coarseShape: top, inputShape: features, channels: 2, ...small }),
      decoder: mapDecoder({ coarseShape: top, inputShape: bottom, filters: [3], outputShape: inputShape, ...small }),
      topQuantizer: vectorQuantizer({ codes: 4, dim: 2 }),
      bottomQuantizer: vectorQuantizer({ codes: 6, dim: 2 }),
    });
    const prior = imageTransformer({ inputShape: model.codeShape, likelihood: codes, width: 4, blocks: 1 });
    const made = withCodePrior(model, prior);
    expect((await made.sample(2)).shape).toEqual([2, ...inputShape]);
    for (const one of [made, model, prior]) one.dispose();
  });

  it("refuses what is no prior, and pictures of another shape", () => {
    const model = coded();
    expect(() => withCodePrior(model, whole() as never)).toThrow(/prior/);
    expect(() => withCodePrior(model, {} as never)).toThrow(ConfigError);
    expect(() => whole().bitsPerDimension(tf.zeros([2, 4, 4, 1]), { label: 1 })).toThrow(ShapeError);
  });
});

describe("codeDataset", () => {
  it("holds the codes of each example in its order, and what else the data say of it", async () => {
    const model = coded();
    const batch = pictures(10);
    const data = await codeDataset(model, await fromTensors(batch), { batchSize: 4 });
    const { x, label } = data.gather();
    expect([x!.dtype, x!.shape, data.values("x").BYTES_PER_ELEMENT]).toEqual(["float32", [10, 2, 2, 1], 1]);
    expect(await x!.array()).toEqual(await model.encodeCodes(batch.x).array());
    expect([...(await label!.data())]).toEqual([...(await batch.label.data())]);
    const stopped = new AbortController();
    stopped.abort(new Error("enough"));
    await expect(codeDataset(model, await fromTensors(batch), { signal: stopped.signal })).rejects.toThrow("enough");
    model.dispose();
  });
});

describe("training codes, then a prior over them", () => {
  type Run = { readonly history: readonly HistoryRow[]; readonly table: number[] };
  async function trained(options: object): Promise<Run> {
    const model = coded();
    const data = (await fromTensors(pictures())).select(["x"]) as Dataset<{ x: tf.Tensor }>;
    const { history } = await train(model, data, {
      ...{ steps: 8, batchSize: 16, seed: 2, optimizers: adam({ learningRate: 3e-3 }), logEvery: 1, ...options },
    });
    const table = [...(await model.state!.codebook!.data())];
    model.dispose();
    return { history, table };
  }

  it("has the same losses and codes compiled as eagerly, with the first codes set by the first batch", async () => {
    const lines: string[] = [];
    const [plain, compiled] = [
      await trained({}),
      await trained({ executor: onnx({ threads: 1, warn: (line) => lines.push(line) }) }),
    ];
    expect(lines).toEqual([]);
    for (const [i, row] of plain.history.entries()) {
      for (const name of ["loss", "reconstruction", "commitment", "perplexity", "used"])
        expect(compiled.history[i]![`vqVae/${name}`], `${name} at ${i}`).toBeCloseTo(row[`vqVae/${name}`]!, 2);
    }
    for (const [i, value] of plain.table.entries()) expect(compiled.table[i]).toBeCloseTo(value, 3);
  });

  it("ends with the same codes when it is stopped and resumed", async () => {
    const folder = `runs/code-prior-${process.pid}`;
    const straight = await trained({});
    await trained({ steps: 3, checkpoint: { folder } });
    const resumed = await trained({ checkpoint: { folder, resume: true } });
    expect(resumed.table).toEqual(straight.table);
  });

  it("learns which codes belong to which class", async () => {
    const maps = [
      [0, 1, 2, 3],
      [5, 4, 3, 2],
      [1, 1, 5, 0],
    ];
    const values = Uint8Array.from({ length: 48 * 4 }, (_, i) => maps[Math.floor(i / 4) % 3]![i % 4]!);
    const label = Array.from({ length: 48 }, (_, i) => i % 3);
    const data = fromArrays({ x: { values, shape: [2, 2, 1] }, label });
    const [model, prior] = [coded(), pixelCnn(told)];
    await train(prior, data, { steps: 60, batchSize: 24, optimizers: adam({ learningRate: 3e-2 }) });
    const made = withCodePrior(model, prior);
    const drawn = await made.sampleCodes({ count: 3, given: { label: [0, 1, 2] }, temperature: 0 });
    expect([...(await drawn.data())]).toEqual(maps.flat());
    for (const one of [made, model, prior]) one.dispose();
  });
});
