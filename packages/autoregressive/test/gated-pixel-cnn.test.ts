import { random } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { bernoulli, categorical } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { type GatedPixelCnnOptions, gatedPixelCnn } from "../src/index.js";
import { expectOrder, expectPlaceByPlace, expectProbabilities, expectSameSamples, stir } from "./truths.js";

tf.enableProdMode();
await tf.setBackend("cpu");

const small = (options: Partial<GatedPixelCnnOptions> = {}) => {
  const model = gatedPixelCnn({ inputShape: [3, 3, 1], width: 4, layers: 2, seed: 1, ...options });
  stir(model);
  return model;
};
const given = { label: { classes: 3 }, slant: { size: 2 } } as const;
const wanted = { label: 1, slant: [0.5, -1] };

describeModel("gatedPixelCnn", {
  factory: gatedPixelCnn,
  create: () => small({ inputShape: [3, 2, 2], likelihood: categorical(3), given, layers: 1 }),
  batch: () => ({
    x: random(1).uniform([4, 3, 2, 2]),
    label: tf.tensor1d([0, 2, 1, 0], "int32"),
    slant: random(2).normal([4, 2]),
  }),
  invalid: {
    "a width that colours cannot share": () => gatedPixelCnn({ inputShape: [4, 4, 3], width: 32 }),
    "an even kernel": () => gatedPixelCnn({ inputShape: [4, 4, 1], kernelSize: 2 }),
    "a condition of neither kind": () => gatedPixelCnn({ inputShape: [4, 4, 1], given: { label: {} } as never }),
    "a misspelt option": () => gatedPixelCnn({ inputShape: [4, 4, 1], depth: 3 } as never),
  },
});

describe("gatedPixelCnn", () => {
  it("gives all pictures of 3×3 bits probabilities that sum to 1, whatever it is told", async () => {
    for (const likelihood of [bernoulli(), categorical(2)]) {
      const model = small({ likelihood, given });
      await expectProbabilities(model, wanted);
      await expectProbabilities(model, { label: 2, slant: [0, 0] });
      model.dispose();
    }
  });

  it("sees all that comes before a pixel and nothing else: no blind spot", async () => {
    const model = small({ inputShape: [5, 5, 1], layers: 3 });
    // Three rows up in the first layer, one in each of the others; three columns aside, and one more a layer.
    await expectOrder(model);
    model.dispose();
    const colours = small({ inputShape: [3, 2, 3], width: 36, layers: 1, likelihood: categorical(4) });
    await expectOrder(colours);
    colours.dispose();
  });

  it("samples as a pass of the whole network for each value would, bit for bit", async () => {
    const cases: Partial<GatedPixelCnnOptions>[] = [
      { inputShape: [4, 4, 1], given },
      { inputShape: [3, 3, 3], width: 6, given, likelihood: categorical(4) },
    ];
    for (const options of cases) {
      const model = small(options);
      await expectSameSamples(model, wanted);
      const told = [tf.oneHot([0, 1, 2], 3).toFloat(), random(4).normal([3, 2])] as tf.Tensor[];
      await expectPlaceByPlace(model, told);
      model.dispose();
    }
  });

  it("ends with the signal's reason, and leaves nothing behind", async () => {
    const model = small({ given });
    const before = tf.memory().numTensors;
    for (const draw of [model.sample, model.sampleNaively]) {
      const ending = new AbortController();
      const onProgress = () => ending.abort(new Error("enough"));
      const asked = { count: 2, random: random(1), given: wanted, signal: ending.signal, onProgress };
      await expect(draw(asked)).rejects.toThrow("enough");
    }
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it("draws for each picture what it is told, also when draws overlap in time", async () => {
    const model = small({ given: { label: { classes: 2 } } });
    const labels = [0, 1, 1, 0, 1, 0, 0, 1, 1, 0];
    const mixed = await model.sample({ count: 10, random: random(1), given: { label: labels } });
    const [zeros, ones] = [0, 1].map((label) => model.sample({ count: 10, random: random(1), given: { label } }));
    const [a, b, c] = [await mixed.array(), await (await zeros!).array(), await (await ones!).array()] as unknown[][];
    labels.forEach((label, i) => {
      expect(a![i]).toEqual((label === 0 ? b : c)![i]);
    });
    expect(b).not.toEqual(c);
    model.dispose();
  });
});
