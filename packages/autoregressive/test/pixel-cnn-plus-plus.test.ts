import { random } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { bernoulli, categorical, discretizedLogisticMixture } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { describe, it } from "vitest";
import { type PixelCnnPlusPlusOptions, pixelCnnPlusPlus } from "../src/index.js";
import { expectOrder, expectPlaceByPlace, expectProbabilities, expectSameSamples, stir } from "./truths.js";

tf.enableProdMode();
await tf.setBackend("cpu");

const mixture = (channels: number, levels: number) => discretizedLogisticMixture({ components: 2, channels, levels });
const small = (options: Partial<PixelCnnPlusPlusOptions> = {}) => {
  const shape = { inputShape: [4, 4, 1], width: 4, blocks: 1, resolutions: 2 };
  const model = pixelCnnPlusPlus({ ...shape, seed: 1, likelihood: mixture(1, 8), ...options });
  stir(model);
  return model;
};

describeModel("pixelCnnPlusPlus", {
  factory: pixelCnnPlusPlus,
  create: () => small({ likelihood: mixture(2, 8), inputShape: [2, 4, 2], given: { label: { classes: 3 } } }),
  batch: () => ({ x: random(1).uniform([3, 2, 4, 2]), label: tf.tensor1d([0, 2, 1], "int32") }),
  invalid: {
    "sizes that cannot be halved": () => pixelCnnPlusPlus({ inputShape: [6, 8, 3] }),
    "a likelihood of single colours": () => pixelCnnPlusPlus({ inputShape: [8, 8, 3], likelihood: categorical(256) }),
    "a misspelt option": () => pixelCnnPlusPlus({ inputShape: [8, 8, 1], depth: 3 } as never),
  },
});

describe("pixelCnnPlusPlus", () => {
  it("gives all pictures of 3×3 bits probabilities that sum to 1", async () => {
    const model = small({ inputShape: [3, 3, 1], resolutions: 1, likelihood: mixture(1, 2) });
    await expectProbabilities(model);
    model.dispose();
    // Colours that share a component, and pictures that are halved.
    const halved = small({ inputShape: [2, 2, 2], likelihood: mixture(2, 2), given: { label: { classes: 2 } } });
    await expectProbabilities(halved, { label: 1 });
    halved.dispose();
  });

  it("sees all pixels before one and nothing else, through both resolutions", async () => {
    const model = small({ inputShape: [4, 4, 2], likelihood: mixture(2, 8), width: 6 });
    await expectOrder(model, { together: 2 });
    model.dispose();
  });

  it("samples as a pass of the whole network for each value would, bit for bit", async () => {
    const cases: [Partial<PixelCnnPlusPlusOptions>, number][] = [
      [{ inputShape: [4, 4, 3], likelihood: mixture(3, 8) }, 8],
      [{ inputShape: [4, 8, 1], resolutions: 3, likelihood: bernoulli() }, 2],
    ];
    for (const [options, levels] of cases) {
      const model = small(options);
      await expectSameSamples(model, undefined, 5);
      await expectPlaceByPlace(model, [], levels);
      model.dispose();
    }
  });
});
