import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CheckpointError, ConfigError, random, saveNetworks } from "@latentkit/core";
import { expectSameTensors } from "@latentkit/core/testing";
import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { gaussian, meanAbsoluteError } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  autoencoder,
  autoencoderFromBytes,
  autoencoderToBytes,
  loadAutoencoder,
  type ReconstructionLoss,
  saveAutoencoder,
} from "../src/index.js";

let folder: string;

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  folder = await mkdtemp(join(tmpdir(), "latentkit-autoencoder-"));
});
afterAll(() => rm(folder, { recursive: true }));

const networks = () => ({
  encoder: mlpEncoder({ inputShape: [6], hiddenUnits: [8], latentDim: 2, seed: 3 }),
  decoder: mlpDecoder({ latentDim: 2, hiddenUnits: [8], outputShape: [6], seed: 4 }),
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
