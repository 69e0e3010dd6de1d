import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { conditionalVae, hybridConditionalVae } from "../src/index.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const given = { label: { classes: 3 } } as const;
const shape = { hiddenUnits: [8], latentDim: 2, classes: 3, seed: 1 };
const networks = () => ({
  encoder: mlpGaussianEncoder({ inputShape: [4], ...shape }),
  decoder: mlpDecoder({ outputShape: [4], ...shape }),
});
const batch = () => ({ x: random(1).uniform([6, 4]), label: tf.tensor1d([0, 1, 2, 0, 1, 2], "int32") });

describeModel("hybridConditionalVae", {
  factory: hybridConditionalVae,
  create: () => hybridConditionalVae({ given, ...networks(), alpha: 0.3 }),
  batch,
  invalid: {
    "an unknown option": () => hybridConditionalVae({ given, ...networks(), beta: 1 } as never),
    "a share above 1": () => hybridConditionalVae({ given, ...networks(), alpha: 1.5 }),
    "no conditions": () => hybridConditionalVae(networks() as never),
  },
});

describe("hybridConditionalVae", () => {
  const read = async (total: tf.Scalar): Promise<number> => (await total.data())[0]!;

  it("is the conditional VAE at α = 1, and between it and the prediction from the prior at others", async () => {
    const { encoder, decoder } = networks();
    const { x, label } = batch();
    const step = () => stepContext(random(7).at(3), 3, true);
    const at = async (alpha: number) => {
      const model = hybridConditionalVae({ given, encoder, decoder, alpha });
      return read(model.objectives[0]!.loss({ x, label }, step()).total);
    };
    const bound = await read(
      conditionalVae({ given, encoder, decoder }).objectives[0]!.loss({ x, label }, step()).total,
    );

    // The prediction by hand: the second draw of the step, after the posterior's.
    const source = random(7).at(3);
    source.normal([6, 2]);
    const z = source.normal([6, 2]);
    const logits = decoder.apply([z, tf.oneHot(label, 3).toFloat()]) as tf.Tensor;
    const prediction = await read(tf.mean(tf.sum(tf.sub(tf.softplus(logits), tf.mul(x, logits)), 1)));

    expect(await at(1)).toBeCloseTo(bound, 5);
    expect(await at(0)).toBeCloseTo(prediction, 5);
    expect(await at(0.3)).toBeCloseTo(0.3 * bound + 0.7 * prediction, 5);
  });
});
