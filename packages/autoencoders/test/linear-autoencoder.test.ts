import { cosineSchedule } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { gaussians } from "@latentkit/data";
import { principalAngles, principalComponents, reconstructionError } from "@latentkit/metrics";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { autoencoder, linearAutoencoder } from "../src/index.js";
import { inputShape, smallBatch } from "./networks.js";

tf.enableProdMode();

describeModel("linearAutoencoder", {
  factory: autoencoder,
  create: () => linearAutoencoder({ inputShape, latentDim: 3 }),
  batch: smallBatch,
  invalid: {
    "a misspelt option": () => linearAutoencoder({ inputShape, latentDim: 3, units: 3 } as never),
    "a code larger than the data": () => linearAutoencoder({ inputShape, latentDim: 17 }),
    "an empty shape": () => linearAutoencoder({ inputShape: [], latentDim: 1 }),
  },
});

describe("linearAutoencoder", () => {
  it("becomes principal component analysis", async () => {
    const data = gaussians({ count: 2000, seed: 4, spectrum: [4, 3, 1, 0.5, 0.2, 0.1], mean: [1, -1, 0, 2, 0, 0] });
    const model = linearAutoencoder({ inputShape: [6], latentDim: 2, seed: 1 });
    const learningRate = cosineSchedule({ from: 0.05, steps: 450 });
    await train(model, data, { steps: 450, batchSize: 2000, optimizers: adam({ learningRate }) });

    const pca = await principalComponents(data, { components: 2 });
    const kernel = model.networks.decoder.getWeights()[0] as tf.Tensor2D; // [latentDim, values]
    const angles = await principalAngles(kernel, pca.components);
    expect(Math.max(...angles) * (180 / Math.PI)).toBeLessThan(2);
    const { mean: mse } = await reconstructionError(model, data);
    expect(mse / (pca.discarded / 6)).toBeGreaterThan(0.9999);
    expect(mse / (pca.discarded / 6)).toBeLessThan(1.01);
    model.dispose();
  });
});
