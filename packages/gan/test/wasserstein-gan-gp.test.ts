import { random } from "@latentkit/core";
import { stepContext, trainableVariables } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { wassersteinGanGp } from "../src/index.js";
import { dataBatch, misfits, planePair, readScalar } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

describeModel("wassersteinGanGp", {
  factory: wassersteinGanGp,
  create: () => wassersteinGanGp(planePair({ activation: "leakyRelu" })),
  batch: dataBatch,
  invalid: {
    ...misfits(wassersteinGanGp),
    "a negative weight": () => wassersteinGanGp({ ...planePair(), penaltyWeight: -1 }),
  },
});

describe("wassersteinGanGp", () => {
  it("estimates the Wasserstein distance of shifted Gaussians, the shift W, as W·(1 + W/2λ)", async () => {
    const generator = mlpGenerator({ latentDim: 1, hiddenUnits: [], outputShape: [1] });
    // G(z) = z + 2 against data z: W1 is 2.
    generator.setWeights([tf.tensor2d([[1]]), tf.tensor1d([2])]);
    // The best critic is linear; its slope starts on the right side of 0, which the penalty does not let it cross.
    const discriminator = mlpDiscriminator({ inputShape: [1], hiddenUnits: [] });
    discriminator.setWeights([tf.tensor2d([[-0.5]]), tf.tensor1d([0])]);
    const model = wassersteinGanGp({ generator, discriminator });
    const critic = model.objectives[0]!;
    const variables = trainableVariables(critic.updates);
    const optimizer = tf.train.adam(0.05);
    const distance: number[] = [];
    for (let i = 0; i < 200; i++) {
      const source = random(1).at(i);
      const batch = { x: source.stream("data").normal([128, 1]) };
      let value: tf.Scalar | undefined;
      const { grads, value: total } = tf.variableGrads(() => {
        const { total, parts } = critic.loss(batch, stepContext(source, i, true));
        value = tf.keep(tf.clone(parts!.distance!));
        return total;
      }, variables);
      optimizer.applyGradients(grads as never);
      tf.dispose([batch.x, total, grads as never]);
      distance.push(await readScalar(value!));
      value!.dispose();
    }
    const last = distance.slice(-50).reduce((sum, value) => sum + value, 0) / 50;
    // A slope a earns a·W − λ(a − 1)²: the best is a = 1 + W/2λ = 1.1, so the critic reports 2.2. The mean of 50 batches of
    // 128 has a standard error of 0.02.
    expect(Math.abs(last - 2.2)).toBeLessThan(0.1);
    optimizer.dispose();
  });
});
