import { random } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { categorical } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { describe, it } from "vitest";
import { type PixelRnnCell, type PixelRnnOptions, pixelRnn } from "../src/index.js";
import { expectOrder, expectPlaceByPlace, expectProbabilities, expectSameSamples, stir } from "./truths.js";

tf.enableProdMode();
await tf.setBackend("cpu");

const small = (options: Partial<PixelRnnOptions> = {}) => {
  const model = pixelRnn({ inputShape: [3, 3, 1], units: 4, headWidth: 8, seed: 1, ...options });
  stir(model);
  return model;
};
const colours = { inputShape: [3, 2, 2], likelihood: categorical(3), units: 2 };

for (const cell of ["row", "diagonal"] as const satisfies readonly PixelRnnCell[]) {
  describeModel(`pixelRnn, ${cell}`, {
    factory: pixelRnn,
    create: () => small({ ...colours, cell }),
    batch: () => ({ x: random(1).uniform([3, 3, 2, 2]) }),
    invalid: {
      "units that colours cannot share": () => pixelRnn({ inputShape: [4, 4, 3], units: 32 }),
      "a head that colours cannot share": () => pixelRnn({ inputShape: [4, 4, 3], units: 6, headWidth: 32 }),
      "another cell": () => pixelRnn({ inputShape: [4, 4, 1], cell: "column" as never }),
    },
  });

  describe(`pixelRnn, ${cell}`, () => {
    it("gives all pictures of 3×3 bits probabilities that sum to 1", async () => {
      const model = small({ cell });
      await expectProbabilities(model);
      model.dispose();
    });

    it("sees what comes before a pixel and nothing else", async () => {
      // The triangle of the row LSTM leaves out what is far to the side in the rows above; the first layer's 7 columns hide that here.
      const model = small({ cell, inputShape: [5, 4, 1], headWidth: 16 });
      await expectOrder(model);
      model.dispose();
      const two = small({ cell, inputShape: [2, 2, 2], units: 8, headWidth: 24, likelihood: categorical(4) });
      await expectOrder(two);
      two.dispose();
    });

    it("samples as a pass of the whole network for each value would, bit for bit", async () => {
      for (const options of [{ inputShape: [4, 3, 1], layers: 2 }, colours]) {
        const model = small({ ...options, cell });
        await expectSameSamples(model, undefined, 5);
        await expectPlaceByPlace(model);
        model.dispose();
      }
    });
  });
}
