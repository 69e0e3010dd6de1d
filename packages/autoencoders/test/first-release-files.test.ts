import { readFile } from "node:fs/promises";
import { ConfigError, loadModel } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  adversarialAutoencoder,
  autoencoder,
  contractiveAutoencoder,
  denoisingAutoencoder,
  geometryAutoencoder,
  kSparseAutoencoder,
  sparseAutoencoder,
  wassersteinAutoencoder,
} from "../src/index.js";

const factories = {
  autoencoder,
  kSparseAutoencoder,
  sparseAutoencoder,
  contractiveAutoencoder,
  geometryAutoencoder,
  wassersteinAutoencoder,
  denoisingAutoencoder,
  adversarialAutoencoder,
  tiedAutoencoder: autoencoder,
};
const file = (name: string) => new URL(`fixtures/first-release/${name}`, import.meta.url).pathname;

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("files that saveAutoencoder of the first release wrote", () => {
  it.each(Object.entries(factories))("%s loads as what it was", async (name, factory) => {
    const expected = JSON.parse(await readFile(file("expected.json"), "utf8")) as Record<string, number[]>;
    const before = tf.memory().numTensors;
    const model = await loadModel(file(`${name}.safetensors`), Object.values(factories));
    expect(model.kind).toBe(factory.kind);
    const values = tf.tidy(() => [...model.reconstruct(tf.tensor2d([[0.1, 0.2, 0.3, 0.4]])).dataSync()]);
    expect(values).toEqual(expected[name]);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("hold the options of their kind", async () => {
    const model = await loadModel(file("kSparseAutoencoder.safetensors"), kSparseAutoencoder);
    expect(model.describe().options).toMatchObject({ k: 1, alpha: 2 });
    const sparse = await loadModel(file("sparseAutoencoder.safetensors"), sparseAutoencoder);
    expect(sparse.describe().options).toMatchObject({ penalty: "kl", target: 0.2, weight: 0.3 });
    const damaged = await loadModel(file("denoisingAutoencoder.safetensors"), denoisingAutoencoder);
    expect(damaged.describe().options.corruption).toMatchObject({ config: { rate: 0.25 } });
    for (const each of [model, sparse, damaged]) each.dispose();
  });

  it("ask for a weight that was a schedule", async () => {
    await expect(loadModel(file("sparseScheduled.safetensors"), sparseAutoencoder)).rejects.toThrow(ConfigError);
    const model = await loadModel(file("sparseScheduled.safetensors"), sparseAutoencoder, { weight: 0.5 });
    expect(model.describe().options.weight).toBe(0.5);
    model.dispose();
  });
});
