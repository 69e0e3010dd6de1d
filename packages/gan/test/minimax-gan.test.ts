import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { minimaxGan } from "../src/index.js";
import { dataBatch, misfits, planePair, readScalar } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

describeModel("minimaxGan", {
  factory: minimaxGan,
  create: () => minimaxGan(planePair()),
  batch: dataBatch,
  invalid: misfits(minimaxGan),
});

describe("minimaxGan", () => {
  it("has 2·ln 2 − 2·JSD for the best discriminator of two Gaussians", async () => {
    // G(z) = z + 2 against data z: log p(x)/q(x) = 2 − 2x is the best logit.
    const generator = mlpGenerator({ latentDim: 1, hiddenUnits: [], outputShape: [1] });
    generator.setWeights([tf.tensor2d([[1]]), tf.tensor1d([2])]);
    const discriminator = mlpDiscriminator({ inputShape: [1], hiddenUnits: [] });
    discriminator.setWeights([tf.tensor2d([[-2]]), tf.tensor1d([2])]);
    const model = minimaxGan({ generator, discriminator });
    const batch = { x: random(1).normal([20_000, 1]) };
    const [d, g] = model.objectives.map((objective) => objective.loss(batch, stepContext(random(2))).total);
    const density = (x: number, mean: number) => Math.exp(-((x - mean) ** 2) / 2) / Math.sqrt(2 * Math.PI);
    let [divergence, second] = [0, 0];
    for (let x = -8; x < 10; x += 0.001) {
      const [p, q] = [density(x, 0), density(x, 2)];
      divergence += 0.0005 * (p * Math.log((2 * p) / (p + q)) + q * Math.log((2 * q) / (p + q)));
      second += 0.001 * q * Math.log(q / (p + q));
    }
    // The standard errors of the means over 20,000 draws are about 0.006.
    expect(Math.abs((await readScalar(d!)) - (2 * Math.LN2 - 2 * divergence))).toBeLessThan(0.03);
    expect(Math.abs((await readScalar(g!)) - second)).toBeLessThan(0.03);
  });
});
