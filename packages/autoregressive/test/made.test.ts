import { random } from "@latentkit/core";
import { apply } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { bernoulli, categorical, discretizedLogisticMixture } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { type MadeOptions, made } from "../src/index.js";
import { madeDegrees } from "../src/internal/made/degrees.js";
import { expectOrder, expectProbabilities, expectSameSamples, stir } from "./truths.js";

tf.enableProdMode();
await tf.setBackend("cpu");

const small = (options: Partial<MadeOptions> = {}) => {
  const model = made({ inputShape: [3, 3, 1], hiddenUnits: [24, 20], seed: 1, ...options });
  stir(model);
  return model;
};
const several = { masks: 3, orderAgnostic: true };

for (const options of [{}, several]) {
  describeModel(`made, ${options === several ? "several masks" : "one mask"}`, {
    factory: made,
    create: () => small({ inputShape: [6], likelihood: categorical(3), ...options }),
    batch: () => ({ x: random(1).uniform([4, 6]) }),
    invalid: {
      "no masks": () => made({ inputShape: [4], masks: 0 }),
      "no hidden layers": () => made({ inputShape: [4], hiddenUnits: [] }),
      "a likelihood of colours": () =>
        made({ inputShape: [4, 4, 3], likelihood: discretizedLogisticMixture({ channels: 3 }) }),
      "a misspelt option": () => made({ inputShape: [4], mask: 2 } as never),
    },
  });
}

describe("made", () => {
  it("gives all pictures of 3×3 bits probabilities that sum to 1, under one mask and under a mixture of them", async () => {
    const cases: Partial<MadeOptions>[] = [
      {},
      { likelihood: categorical(2) },
      several,
      { inputShape: [1], hiddenUnits: [4] },
    ];
    for (const options of cases) {
      const model = small(options);
      if (options.inputShape === undefined) await expectProbabilities(model);
      else {
        const p = tf.exp(model.logLikelihood(tf.tensor2d([[0], [1]])));
        expect((await tf.sum(p).data())[0]).toBeCloseTo(1, 5);
      }
      model.dispose();
    }
  });

  it("predicts each value from all before it in the order and from nothing else", async () => {
    const model = small({ likelihood: bernoulli(), hiddenUnits: [40, 40] });
    await expectOrder(model);
    model.dispose();
    const mixed = small({ ...several, hiddenUnits: [60], inputShape: [7] });
    const degrees = madeDegrees({ values: 7, hiddenUnits: [60], ...several, seed: 1 });
    expect(new Set(degrees.inputs.map((order) => order.join())).size).toBe(3);
    for (const [mask, order] of degrees.inputs.entries()) {
      const named = tf.oneHot([mask], 3).toFloat();
      const run = (x: tf.Tensor) => apply(mixed.networks.network, [x, named]);
      await expectOrder(mixed, { run, order: order.map((_, i) => order.indexOf(i + 1)) });
    }
    mixed.dispose();
  });

  it("samples as a pass of the whole network for each value would, bit for bit", async () => {
    for (const options of [
      {},
      several,
      { inputShape: [5], hiddenUnits: [9], likelihood: categorical(4, { high: 3 }) },
    ]) {
      const model = small(options);
      await expectSameSamples(model, undefined, 67);
      model.dispose();
    }
  });
});
