import { random } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { categorical, discretizedLogisticMixture } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { describe, it } from "vitest";
import { type ImageTransformerOptions, imageTransformer } from "../src/index.js";
import { expectOrder, expectPlaceByPlace, expectProbabilities, expectSameSamples, stir } from "./truths.js";

tf.enableProdMode();
await tf.setBackend("cpu");

const small = (options: Partial<ImageTransformerOptions> = {}) => {
  const model = imageTransformer({ inputShape: [3, 3, 1], width: 4, heads: 2, blocks: 1, seed: 1, ...options });
  stir(model);
  return model;
};

describeModel("imageTransformer", {
  factory: imageTransformer,
  create: () => small({ inputShape: [2, 2, 2], likelihood: categorical(3), given: { label: { classes: 3 } } }),
  batch: () => ({ x: random(1).uniform([3, 2, 2, 2]), label: tf.tensor1d([0, 2, 1], "int32") }),
  invalid: {
    "a width that heads cannot share": () => imageTransformer({ inputShape: [4, 4, 1], width: 5 }),
    "a likelihood of colours together": () =>
      imageTransformer({ inputShape: [4, 4, 3], likelihood: discretizedLogisticMixture({ channels: 3 }) }),
    "a misspelt option": () => imageTransformer({ inputShape: [4, 4, 1], depth: 3 } as never),
  },
});

describe("imageTransformer", () => {
  it("gives all pictures of 3×3 bits probabilities that sum to 1", async () => {
    const model = small({ blocks: 2 });
    await expectProbabilities(model);
    model.dispose();
  });

  it("sees all values before one and nothing else, colours one by one, and in sequences", async () => {
    for (const inputShape of [
      [3, 3, 1],
      [2, 2, 3],
      [5, 2],
    ]) {
      const model = small({ inputShape });
      await expectOrder(model);
      model.dispose();
    }
  });

  it("samples as a pass of the whole network for each value would, bit for bit", async () => {
    const codes = small({ inputShape: [3, 2, 1], blocks: 2, likelihood: categorical(5, { high: 4 }) });
    await expectSameSamples(codes, undefined, 5);
    codes.dispose();
    const plain = small();
    await expectSameSamples(plain, undefined, 5);
    await expectPlaceByPlace(plain);
    plain.dispose();
    const colours = small({ inputShape: [2, 2, 3] });
    await expectSameSamples(colours, undefined, 5);
    colours.dispose();
  });
});
