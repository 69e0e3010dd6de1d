import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CheckpointError, ConfigError, linearSchedule, random, saveNetworks, stepContext } from "@latentkit/core";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { gaussian } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { iwae, loadVae, saveVae, type Vae, vae, vaeFromBytes, vaeToBytes } from "../src/index.js";

let folder: string;
let server: Server;
let address: string;

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  folder = await mkdtemp(join(tmpdir(), "latentkit-vae-"));
  server = createServer(async (request, response) => {
    response.end(await readFile(join(folder, String(request.url).slice(1))));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const networks = () => ({
  encoder: mlpGaussianEncoder({ inputShape: [6], hiddenUnits: [8], latentDim: 2, seed: 3 }),
  decoder: mlpDecoder({ latentDim: 2, hiddenUnits: [8], outputShape: [6], seed: 4 }),
});

/** All that a model computes from one batch and one seed, as numbers. */
async function everything(model: Vae): Promise<number[][]> {
  const x = random(9).uniform([3, 6]);
  const outputs = tf.tidy(() => [
    model.encode(x),
    model.reconstruct(x),
    model.sample(4, random(1)),
    model.sample(4, random(1), { from: "distribution" }),
    model.elbo(x, random(2)).elbo,
    model.logImportanceWeights(x, 3, random(3)),
    model.objectives[0]!.loss({ x }, stepContext(random(4), 7)).total,
  ]);
  const values = await Promise.all(outputs.map(async (output) => [...(await output.data())]));
  tf.dispose([x, outputs]);
  return values;
}

describe("saveVae and loadVae", () => {
  it("gives a bit-identical model by path, by http address and from bytes", async () => {
    const model = vae({ ...networks(), likelihood: gaussian({ deviation: 0.3 }), beta: 4, freeBits: 0.1 });
    const expected = await everything(model);
    const path = join(folder, "model.safetensors");
    await saveVae(model, path);
    for (const loaded of [
      await loadVae(path),
      await loadVae(`${address}/model.safetensors`),
      await vaeFromBytes(await vaeToBytes(model)),
    ]) {
      expect(await everything(loaded)).toEqual(expected);
      loaded.dispose();
    }
    model.dispose();
  });

  it("leaves out a β that is a schedule, and takes another at loading", async () => {
    const model = vae({ ...networks(), beta: linearSchedule({ from: 0, to: 4, steps: 7 }) });
    const bytes = await vaeToBytes(model);
    const [plain, weighted] = [await vaeFromBytes(bytes), await vaeFromBytes(bytes, { beta: 4 })];
    const expected = await everything(model);
    expect(await everything(weighted)).toEqual(expected);
    expect((await everything(plain)).at(-1)).not.toEqual(expected.at(-1));
    for (const each of [model, plain, weighted]) each.dispose();
  });

  it("saves an importance-weighted autoencoder as the latent variable model that it is", async () => {
    const model = iwae({ ...networks(), samples: 2 });
    const loaded = await vaeFromBytes(await vaeToBytes(model));
    expect((await everything(loaded)).slice(0, -1)).toEqual((await everything(model)).slice(0, -1));
    model.dispose();
    loaded.dispose();
  });

  it("asks for a likelihood of the user's own, which a file cannot hold", async () => {
    const own = { ...gaussian(), toJSON: () => ({ name: "own" }) };
    const model = vae({ ...networks(), likelihood: own });
    const bytes = await vaeToBytes(model);
    await expect(vaeFromBytes(bytes)).rejects.toThrow(CheckpointError);
    const loaded = await vaeFromBytes(bytes, { likelihood: own });
    expect(await everything(loaded)).toEqual(await everything(model));
    model.dispose();
    loaded.dispose();
  });

  it("refuses files of other models and damaged options, and frees what it had built", async () => {
    const model = vae(networks());
    const path = join(folder, "other.safetensors");
    const before = tf.memory().numTensors;
    await saveNetworks(model.networks, path, { model: "autoencoder" });
    await expect(loadVae(path)).rejects.toThrow("expected a VAE, received networks encoder, decoder");
    await saveNetworks({ encoder: model.networks.encoder }, path, { model: "vae" });
    await expect(loadVae(path)).rejects.toThrow(CheckpointError);
    await saveNetworks(model.networks, path, { model: "vae", likelihood: { name: "bernoulli" }, beta: -1 });
    await expect(loadVae(path)).rejects.toThrow(ConfigError);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});
