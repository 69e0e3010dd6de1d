import { random } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { gaussians } from "@latentkit/data";
import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { maximumMeanDiscrepancy } from "@latentkit/losses";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { type WassersteinAutoencoderOptions, wassersteinAutoencoder } from "../src/index.js";
import fixture from "./fixtures/discrepancy.json" with { type: "json" };
import { smallBatch, smallNetworks } from "./networks.js";

tf.enableProdMode();

const create = (options: Partial<WassersteinAutoencoderOptions> = {}) =>
  wassersteinAutoencoder({ ...smallNetworks(), ...options });

describeModel("wassersteinAutoencoder", {
  factory: wassersteinAutoencoder,
  create,
  batch: smallBatch,
  invalid: {
    "a misspelt option": () => create({ lambda: 1 } as never),
    "a negative weight": () => create({ weight: -1 }),
    "a prior without variance": () => create({ priorVariance: 0 }),
  },
});

describe("wassersteinAutoencoder", () => {
  it("measures the discrepancy as numpy does, pair by pair", async () => {
    const value = tf.tidy(() =>
      maximumMeanDiscrepancy(tf.tensor2d(fixture.a), tf.tensor2d(fixture.b), { scale: fixture.scale }),
    );
    expect((await value.data())[0]).toBeCloseTo(fixture.discrepancy, 5);
    value.dispose();
  });

  it("is no discrepancy on average between samples of one distribution", async () => {
    const draws = await Promise.all(
      Array.from({ length: 60 }, async (_, seed) => {
        const noise = random(seed);
        const value = tf.tidy(() => maximumMeanDiscrepancy(noise.normal([20, 2]), noise.normal([20, 2]), { scale: 4 }));
        const number = (await value.data())[0]!;
        value.dispose();
        return number;
      }),
    );
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const deviation = Math.sqrt(draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length);
    // Three standard errors of the mean.
    expect(Math.abs(mean)).toBeLessThan((3 * deviation) / Math.sqrt(draws.length));
  });

  it("pulls codes towards the prior", async () => {
    const data = gaussians({ count: 500, seed: 3, spectrum: [9, 4, 1], mean: [3, 0, 0] });
    const spread = async (weight: number) => {
      const model = wassersteinAutoencoder({
        encoder: mlpEncoder({ inputShape: [3], hiddenUnits: [16], latentDim: 2, seed: 1 }),
        decoder: mlpDecoder({ outputShape: [3], hiddenUnits: [16], latentDim: 2, seed: 1 }),
        weight,
      });
      const { history } = await train(model, data, {
        ...{ steps: 80, batchSize: 50, seed: 1, optimizers: adam({ learningRate: 0.01 }) },
      });
      model.dispose();
      return history.at(-1)!["wassersteinAutoencoder/discrepancy"]!;
    };
    expect(await spread(5)).toBeLessThan(0.2 * (await spread(0)));
  });
});
