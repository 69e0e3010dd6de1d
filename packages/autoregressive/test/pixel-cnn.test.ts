import { random } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { bernoulli, categorical, discretizedLogisticMixture } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { describe, it } from "vitest";
import { type PixelCnnOptions, pixelCnn } from "../src/index.js";
import { expectOrder, expectPlaceByPlace, expectProbabilities, expectSameSamples, stir } from "./truths.js";

tf.enableProdMode();
await tf.setBackend("cpu");

const small = (options: Partial<PixelCnnOptions> = {}) => {
  const model = pixelCnn({ inputShape: [3, 3, 1], width: 8, blocks: 1, seed: 1, ...options });
  stir(model);
  return model;
};

describeModel("pixelCnn", {
  factory: pixelCnn,
  create: () => small({ likelihood: categorical(3), inputShape: [3, 2, 2] }),
  batch: () => ({ x: random(1).uniform([4, 3, 2, 2]) }),
  invalid: {
    "a width that colours cannot share": () => pixelCnn({ inputShape: [4, 4, 3], width: 32 }),
    "an even kernel": () => pixelCnn({ inputShape: [4, 4, 1], kernelSize: 2 }),
    "a likelihood of other channels": () =>
      pixelCnn({ inputShape: [4, 4, 2], likelihood: discretizedLogisticMixture({ channels: 3 }) }),
    "one-hot inputs without levels": () => pixelCnn({ inputShape: [4, 4, 1], inputs: "oneHot" }),
    "a misspelt option": () => pixelCnn({ inputShape: [4, 4, 1], depth: 3 } as never),
  },
});

describe("pixelCnn", () => {
  it("gives all pictures of 3×3 bits probabilities that sum to 1", async () => {
    const mixture = discretizedLogisticMixture({ components: 2, levels: 2 });
    for (const likelihood of [bernoulli(), categorical(2), mixture]) {
      const model = small({ likelihood });
      await expectProbabilities(model);
      model.dispose();
    }
    // Three colours of one row.
    const model = small({ inputShape: [3, 1, 3], width: 12 });
    await expectProbabilities(model);
    model.dispose();
  });

  it("sees what comes before a pixel and nothing else, but for the wedge to the right above", async () => {
    const model = small({ inputShape: [6, 5, 1], width: 16, blocks: 2 });
    // Behind one layer of 7×7 and two of 3×3 a place sees the rows above to 3 + i columns to the right, i of them within the blocks.
    await expectOrder(model, { blind: (output, input) => reach(output, input, 5) });
    model.dispose();
  });

  it("lets R, G and B of a pixel see one another in this order", async () => {
    const model = small({ inputShape: [3, 2, 3], width: 36, blocks: 1, likelihood: categorical(4) });
    await expectOrder(model);
    model.dispose();
  });

  it("samples as a pass of the whole network for each value would, bit for bit", async () => {
    const cases: Partial<PixelCnnOptions>[] = [
      { inputShape: [4, 4, 1], blocks: 2 },
      { inputShape: [3, 3, 3], width: 12, likelihood: categorical(4) },
      { inputShape: [4, 4, 2], likelihood: discretizedLogisticMixture({ components: 2, channels: 2, levels: 8 }) },
      { inputShape: [3, 4, 2], likelihood: categorical(3, { high: 2 }) },
    ];
    for (const options of cases) {
      const model = small(options);
      await expectSameSamples(model);
      await expectPlaceByPlace(model);
      model.dispose();
    }
    // More pictures than are drawn side by side, and no multiple of 8.
    const model = small();
    await expectSameSamples(model, undefined, 67);
    model.dispose();
  });
});

/** Whether a value lies in the blind spot: further than 3 columns to the right in a row above, and so never seen by a 7×7 kernel. */
function reach(output: number, input: number, width: number): boolean {
  const [rows, columns] = [Math.floor(output / width) - Math.floor(input / width), (input % width) - (output % width)];
  return rows > 3 || Math.abs(columns) > 3;
}
