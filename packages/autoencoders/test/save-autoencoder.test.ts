import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CheckpointError,
  ConfigError,
  type DataBatch,
  linearSchedule,
  random,
  type Samples,
  saveNetworks,
  stepContext,
  UnsupportedError,
  withRandom,
} from "@latentkit/core";
import { expectSameTensors } from "@latentkit/core/testing";
import {
  type ActivationKind,
  maskingNoise,
  mlpDecoder,
  mlpEncoder,
  recurrentDecoder,
  recurrentEncoder,
} from "@latentkit/layers";
import { gaussian, meanAbsoluteError } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Autoencoder,
  adversarialAutoencoder,
  autoencoder,
  autoencoderFromBytes,
  autoencoderToBytes,
  contractiveAutoencoder,
  convAutoencoder,
  denoisingAutoencoder,
  geometryAutoencoder,
  greedyAutoencoder,
  kSparseAutoencoder,
  linearAutoencoder,
  loadAutoencoder,
  type ReconstructionLoss,
  recurrentAutoencoder,
  saveAutoencoder,
  sparseAutoencoder,
  stackedAutoencoder,
  tiedAutoencoder,
  wassersteinAutoencoder,
} from "../src/index.js";

let folder: string;

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  folder = await mkdtemp(join(tmpdir(), "latentkit-autoencoder-"));
});
afterAll(() => rm(folder, { recursive: true }));

const networks = (outputActivation: ActivationKind = "linear", latentDim = 2) => ({
  encoder: mlpEncoder({ inputShape: [6], hiddenUnits: [8], latentDim, outputActivation, seed: 3 }),
  decoder: mlpDecoder({ latentDim, hiddenUnits: [8], outputShape: [6], seed: 4 }),
});

/** Every kind of model with an encoder and a decoder, with options that are not the defaults. */
const kinds: Readonly<Record<string, () => Autoencoder>> = {
  autoencoder: () => autoencoder(networks()),
  linear: () => linearAutoencoder({ inputShape: [6], latentDim: 2 }),
  stacked: () => stackedAutoencoder({ inputShape: [6], hiddenUnits: [8], latentDim: 2 }),
  convolutional: () => convAutoencoder({ inputShape: [3, 2, 1], filters: [2], latentDim: 2, upsampling: "nearest" }),
  tied: () => tiedAutoencoder({ encoder: networks().encoder }),
  "the stack of greedy stages": () => greedyAutoencoder({ inputShape: [6], units: [4, 2] }).stack,
  denoising: () => denoisingAutoencoder({ ...networks(), corruption: maskingNoise({ rate: 0.6 }) }),
  "sparse, kl": () => sparseAutoencoder({ ...networks("sigmoid"), target: 0.2, weight: 0.5 }),
  "sparse, l1": () => sparseAutoencoder({ ...networks(), penalty: "l1", weight: 0.5 }),
  "k-sparse": () => kSparseAutoencoder({ ...networks("linear", 5), k: 2 }),
  "k-sparse with alpha": () => kSparseAutoencoder({ ...networks("linear", 5), k: 1, alpha: 3 }),
  "contractive, estimated": () => contractiveAutoencoder({ ...networks(), weight: 0.5, jacobian: "estimate" }),
  geometry: () => geometryAutoencoder({ ...networks(), weight: 0.5 }),
  wasserstein: () => wassersteinAutoencoder({ ...networks(), weight: 0.5, priorVariance: 4 }),
  adversarial: () =>
    adversarialAutoencoder({
      ...networks(),
      discriminator: mlpDecoder({ latentDim: 2, hiddenUnits: [4], outputShape: [1], name: "discriminator" }),
    }),
};

/** All losses of a batch, with noise from seed 1. */
const losses = (model: Autoencoder, { x }: DataBatch): tf.Tensor =>
  tf.tidy(() => {
    const noise = random(1);
    const batch = { x, embedding: tf.ones([4, 2]) };
    return tf.stack(
      withRandom(noise, () => model.objectives.map(({ loss }) => loss(batch, stepContext(noise, 3)).total)),
    );
  });

describe("saveAutoencoder and loadAutoencoder", () => {
  it("gives a bit-identical model with the loss it was trained with", async () => {
    for (const loss of [undefined, meanAbsoluteError, gaussian({ deviation: 0.3 })]) {
      const model = autoencoder({ ...networks(), loss });
      const path = join(folder, "model.safetensors");
      await saveAutoencoder(model, path);
      const loaded = await loadAutoencoder(path);
      const x = random(1).normal([3, 6]);
      await expectSameTensors(loaded.reconstruct(x), model.reconstruct(x));
      if (typeof model.loss === "function") expect(loaded.loss).toBe(model.loss);
      else expect((loaded.loss as typeof model.loss).toJSON()).toEqual(model.loss.toJSON());
      model.dispose();
      loaded.dispose();
    }
  });

  it.each(Object.entries(kinds))("restores codes, losses and samples: %s", async (_, create) => {
    const model: Autoencoder & Partial<Samples> = create();
    const copy = await autoencoderFromBytes(await autoencoderToBytes(model));
    const x = random(1).normal([4, ...(model.networks.encoder.inputs[0]!.shape.slice(1) as number[])]);
    expect(copy.objectives.map(({ name }) => name)).toEqual(model.objectives.map(({ name }) => name));
    expect(copy.settings).toEqual(model.settings);
    await expectSameTensors(copy.encode(x), model.encode(x));
    await expectSameTensors(copy.reconstruct(x), model.reconstruct(x));
    await expectSameTensors(losses(copy, { x }), losses(model, { x }));
    expect(copy.sample === undefined).toBe(model.sample === undefined);
    if (model.sample) await expectSameTensors(copy.sample!(3, random(2)), model.sample(3, random(2)));
    const before = tf.memory().numTensors;
    const weights = new Set(Object.values(copy.networks).flatMap((network) => network.weights)).size;
    copy.dispose();
    expect(tf.memory().numTensors).toBe(before - weights);
    model.dispose();
    x.dispose();
  });

  it("keeps the k largest values of a loaded k-sparse model's codes, and no more", async () => {
    const model = await autoencoderFromBytes(await autoencoderToBytes(kinds["k-sparse"]!()));
    for (const row of (await model.encode(random(1).normal([4, 6])).array()) as number[][])
      expect(row.filter((value) => value !== 0)).toHaveLength(2);
    model.dispose();
  });

  it("asks for a schedule and for a corruption that has no name, which a file cannot hold", async () => {
    class Halve extends tf.layers.Layer {
      static readonly className: string = "HalveForThisTest";
      override call(x: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return tf.mul(Array.isArray(x) ? x[0]! : x, 0.5);
      }
    }
    const corruption = new Halve();
    const weight = linearSchedule({ from: 0, to: 1, steps: 10 });
    const before = tf.memory().numTensors;
    for (const [create, missing] of [
      [() => sparseAutoencoder({ ...networks("sigmoid"), weight }), { weight }],
      [() => contractiveAutoencoder({ ...networks(), weight }), { weight }],
      [() => wassersteinAutoencoder({ ...networks(), weight }), { weight }],
      [() => denoisingAutoencoder({ ...networks(), corruption }), { corruption }],
    ] as const) {
      const model: Autoencoder = create();
      const bytes = await autoencoderToBytes(model);
      await expect(autoencoderFromBytes(bytes)).rejects.toThrow(ConfigError);
      const copy = await autoencoderFromBytes(bytes, missing);
      const x = random(1).normal([4, 6]);
      const [received, expected] = [losses(copy, { x }), losses(model, { x })];
      await expectSameTensors(received, expected);
      for (const item of [model, copy, x, received, expected]) item.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses models of other kinds, and misspelt options", async () => {
    const sizes = { units: 3, latentDim: 2 };
    const recurrent = recurrentAutoencoder({
      encoder: recurrentEncoder({ inputShape: [4, 1], ...sizes }),
      decoder: recurrentDecoder({ outputShape: [4, 1], ...sizes }),
    });
    await expect(saveAutoencoder(recurrent as never, join(folder, "recurrent.safetensors"))).rejects.toThrow(
      UnsupportedError,
    );
    await expect(loadAutoencoder("model.safetensors", { lose: 1 } as never)).rejects.toThrow(ConfigError);
    recurrent.dispose();
  });

  it("asks for a loss of the user's own, which a file cannot hold", async () => {
    const huber: ReconstructionLoss = (x, y) => tf.losses.huberLoss(x, y) as tf.Scalar;
    const model = autoencoder({ ...networks(), loss: huber });
    const bytes = await autoencoderToBytes(model);
    await expect(autoencoderFromBytes(bytes)).rejects.toThrow(ConfigError);
    const loaded = await autoencoderFromBytes(bytes, { loss: huber });
    expect(loaded.loss).toBe(huber);
    model.dispose();
    loaded.dispose();
  });

  it("refuses files of other models and unknown losses, and frees what it had built", async () => {
    const model = autoencoder(networks());
    const path = join(folder, "other.safetensors");
    const before = tf.memory().numTensors;
    await saveNetworks(model.networks, path, { model: "vae" });
    await expect(loadAutoencoder(path)).rejects.toThrow("expected an autoencoder, received networks encoder, decoder");
    for (const loss of ["toString", "huber", { name: "laplace" }]) {
      await saveNetworks(model.networks, path, { model: "autoencoder", loss });
      await expect(loadAutoencoder(path)).rejects.toThrow(CheckpointError);
    }
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});
