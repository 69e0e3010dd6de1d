import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { gaussians } from "@latentkit/data";
import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { type AdversarialAutoencoderOptions, adversarialAutoencoder } from "../src/index.js";
import { smallBatch, smallNetworks } from "./networks.js";

tf.enableProdMode();

const discriminator = (latentDim = 3) =>
  mlpDecoder({ latentDim, hiddenUnits: [8], outputShape: [1], name: "discriminator", seed: 3 });
const create = (options: Partial<AdversarialAutoencoderOptions> = {}) =>
  adversarialAutoencoder({ ...smallNetworks(), discriminator: discriminator(), ...options });

describeModel("adversarialAutoencoder", {
  factory: adversarialAutoencoder,
  create,
  batch: smallBatch,
  invalid: {
    "a misspelt option": () => create({ critic: discriminator() } as never),
    "a discriminator of other codes": () => create({ discriminator: discriminator(2) }),
    "a discriminator with two outputs": () =>
      create({ discriminator: mlpDecoder({ latentDim: 3, hiddenUnits: [], outputShape: [2] }) }),
  },
});

describe("adversarialAutoencoder", () => {
  it("plays the logistic game over codes: at D = ½ the losses are 2 ln 2 and ln 2", () => {
    const model = create();
    for (const weight of model.networks.discriminator.weights) {
      const variable = weight.read() as tf.Variable;
      tf.tidy(() => variable.assign(tf.zerosLike(variable)));
    }
    const { x } = smallBatch();
    const losses = model.objectives.map((objective) =>
      tf.tidy(() => objective.loss({ x }, stepContext(random(1))).total.dataSync()[0]),
    );
    expect(losses[1]).toBeCloseTo(2 * Math.LN2, 5);
    expect(losses[2]).toBeCloseTo(Math.LN2, 5);
    x.dispose();
    model.dispose();
  });

  it("moves the moments of the codes towards those of the prior", async () => {
    const data = gaussians({ count: 500, seed: 3, spectrum: [9, 4, 1], mean: [3, 0, 0] });
    const model = adversarialAutoencoder({
      encoder: mlpEncoder({ inputShape: [3], hiddenUnits: [16], latentDim: 2, seed: 1 }),
      decoder: mlpDecoder({ outputShape: [3], hiddenUnits: [16], latentDim: 2, seed: 1 }),
      discriminator: mlpDecoder({ latentDim: 2, hiddenUnits: [32], outputShape: [1], name: "discriminator", seed: 1 }),
    });
    const distance = async () => {
      const means: number[] = [];
      for await (const { x } of data.batches({ batchSize: 500 })) {
        const moments = tf.tidy(() => {
          const { mean, variance } = tf.moments(model.encode(x), 0);
          return tf.concat([mean, tf.sub(variance, 1)]);
        });
        means.push(...(await moments.data()));
        tf.dispose([moments, x]);
      }
      return Math.hypot(...means);
    };
    const before = await distance();
    await train(model, data, {
      steps: 300,
      batchSize: 100,
      seed: 1,
      optimizers: adam({ learningRate: 5e-3, beta1: 0.5 }),
    });
    expect(await distance()).toBeLessThan(0.5 * before);
    model.dispose();
  });
});
