import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { relativisticGan } from "../src/index.js";
import { dataBatch, misfits, planePair, readScalar } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

describeModel("relativisticGan", {
  factory: relativisticGan,
  create: () => relativisticGan(planePair()),
  batch: dataBatch,
  invalid: misfits(relativisticGan),
});

describe("relativisticGan", () => {
  it("is ln 2 for both players where data and samples are judged alike, and judges by the difference", async () => {
    // G(z) = 0 against data in (1, 0); D(x) = 3·x₁.
    const generator = mlpGenerator({ latentDim: 1, hiddenUnits: [], outputShape: [2] });
    generator.setWeights([tf.zeros([1, 2]), tf.zeros([2])]);
    const discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [] });
    const model = relativisticGan({ generator, discriminator, penaltyWeight: 0 });
    const batch = {
      x: tf.tensor2d([
        [1, 0],
        [1, 0],
      ]),
    };
    const losses = async () =>
      Promise.all(model.objectives.map((objective) => readScalar(objective.loss(batch, stepContext(random(1))).total)));
    discriminator.setWeights([tf.zeros([2, 1]), tf.zeros([1])]);
    for (const value of await losses()) expect(value).toBeCloseTo(Math.LN2, 6);
    discriminator.setWeights([tf.tensor2d([[3], [0]]), tf.zeros([1])]);
    const [d, g] = await losses();
    expect(d).toBeCloseTo(Math.log(1 + Math.exp(-3)), 6);
    expect(g).toBeCloseTo(Math.log(1 + Math.exp(3)), 6);
  });
});
