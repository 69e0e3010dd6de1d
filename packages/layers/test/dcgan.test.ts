import { random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { dcganDiscriminator, dcganGenerator } from "../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

describe("DCGAN's builders", () => {
  const generator = dcganGenerator({ latentDim: 4, outputShape: [8, 8, 2], filters: [6, 4], classes: 3 });
  const discriminator = dcganDiscriminator({ inputShape: [8, 8, 2], filters: [4, 6], classes: 3, heads: [3] });

  it("make images in the data's range, of the wanted shape", async () => {
    const images = generator.predict([
      tf.mul(random(1).normal([5, 4]), 50),
      tf.oneHot([0, 1, 2, 0, 1], 3),
    ]) as tf.Tensor;
    expect(images.shape).toEqual([5, 8, 8, 2]);
    expect((await tf.min(images).data())[0]).toBeGreaterThanOrEqual(0);
    expect((await tf.max(images).data())[0]).toBeLessThanOrEqual(1);
    const [logit, classes] = discriminator.predict([images, tf.oneHot([0, 1, 2, 0, 1], 3)]) as tf.Tensor[];
    expect([logit!.shape, classes!.shape]).toEqual([
      [5, 1],
      [5, 3],
    ]);
  });

  it("follow the paper: stride 2 everywhere, no pooling, batch normalisation except at G's output and D's input", () => {
    const kinds = (network: tf.LayersModel) => network.layers.map((layer) => layer.getClassName());
    expect(kinds(generator).filter((kind) => kind === "BatchNormalization")).toHaveLength(2);
    expect(kinds(discriminator).filter((kind) => kind === "BatchNormalization")).toHaveLength(1);
    expect([...kinds(generator), ...kinds(discriminator)].filter((kind) => kind.includes("Pool"))).toEqual([]);
    const names = discriminator.layers.map((layer) => layer.name);
    expect(names.indexOf("discriminator/down2_normalization")).toBe(names.indexOf("discriminator/down2") + 1);
    expect(names).not.toContain("discriminator/down1_normalization");
  });

  it("put dense layers between the convolutions and everything the discriminator says", () => {
    for (const normalization of ["batch", "spectral", "none"] as const) {
      const shared = dcganDiscriminator({
        ...{ inputShape: [8, 8, 2], filters: [4], hiddenUnits: [7], heads: [3], normalization },
      });
      const [logit, head] = shared.predict(random(1).normal([5, 8, 8, 2])) as tf.Tensor[];
      expect([logit!.shape, head!.shape]).toEqual([
        [5, 1],
        [5, 3],
      ]);
      for (const layer of ["discriminator/logit", "discriminator/head1"]) {
        expect(shared.getLayer(layer).input).toMatchObject({ shape: [null, 7] });
      }
      const normalised = shared.layers.some((layer) => layer.name === "discriminator/hidden1_normalization");
      expect(normalised).toBe(normalization === "batch");
    }
  });

  it("refuse images that cannot be halved often enough", () => {
    expect(() => dcganGenerator({ outputShape: [10, 8, 1], filters: [8, 4] })).toThrow(/divisible by 4/);
  });
});
