import { random, stepContext } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { categoricalCode, type Gan, infoGan, mlpDiscriminator, mlpGenerator, uniformCode } from "../src/index.js";
import { planePair, readScalar } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

const judge = (extra: object) => mlpDiscriminator({ inputShape: [2], hiddenUnits: [8], ...extra });
const codes = [categoricalCode({ classes: 3 }), uniformCode({ count: 2, deviation: 0.5 })];
const informed = () =>
  infoGan({
    generator: mlpGenerator({ latentDim: 8, hiddenUnits: [8], outputShape: [2] }),
    discriminator: judge({ heads: [5] }),
    codes,
  });

describeModel("infoGan", {
  create: informed,
  batch: () => ({ x: random(5).normal([6, 2]) }),
  invalid: {
    "no codes": () => infoGan({ ...planePair({ heads: [5] }), codes: [] }),
    "codes wider than the input": () => infoGan({ ...planePair({ heads: [5] }), codes }),
    "a recogniser of another size": () =>
      infoGan({
        generator: mlpGenerator({ latentDim: 8, hiddenUnits: [8], outputShape: [2] }),
        discriminator: judge({ heads: [4] }),
        codes,
      }),
  },
});

describe("infoGan", () => {
  it("scores codes by −log Q, ln 3 and a Gaussian's for a recogniser that knows nothing", async () => {
    const model = informed();
    for (const weight of model.networks.discriminator.weights) {
      (weight.read() as tf.Variable).assign(tf.zerosLike(weight.read()));
    }
    const batch = { x: random(5).normal([4000, 2]) };
    const parts = model.objectives.map((objective) => objective.loss(batch, stepContext(random(1))).parts!);
    // E[c²] = ⅓ for U(−1, 1): two codes under N(0, ½²).
    const gaussian = 2 * (0.5 * Math.log(2 * Math.PI * 0.25) + 1 / 3 / (2 * 0.25));
    // Standard error of the mean of c² over 8,000 draws is 0.0034, doubled by 1/(2σ²)·2 = 4: within 0.04.
    for (const { codes: value } of parts)
      expect(Math.abs((await readScalar(value!)) - (Math.log(3) + gaussian))).toBeLessThan(0.04);
  });

  it("has gradients for a single code too", () => {
    const model = infoGan({
      generator: mlpGenerator({ latentDim: 5, hiddenUnits: [8], outputShape: [2] }),
      discriminator: judge({ heads: [3] }),
      codes: [categoricalCode({ classes: 3 })],
    });
    const batch = { x: random(5).normal([6, 2]) };
    const weights = model.networks.generator.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { grads } = tf.variableGrads(
      () => model.objectives[1]!.loss(batch, stepContext(random(1))).total as tf.Scalar,
      weights,
    );
    expect(Object.keys(grads)).toHaveLength(weights.length);
  });

  it("completes chosen codes with noise, and recognises codes by their own distributions", async () => {
    const model = informed();
    const chosen = tf.tensor2d([[0, 1, 0, 0.5, -0.5]]);
    const z = (await model.withCodes(chosen, random(1)).array())[0]!;
    expect(z).toHaveLength(8);
    expect(z.slice(3)).toEqual([0, 1, 0, 0.5, -0.5]);
    const [classes, values] = model.recognise(random(2).normal([4, 2]));
    expect([classes!.shape, values!.shape]).toEqual([
      [4, 3],
      [4, 2],
    ]);
    for (const sum of await tf.sum(classes!, 1).data()) expect(sum).toBeCloseTo(1, 5);
  });
});

describe("types", () => {
  it("make it a GAN whose latents decode", () => {
    expectTypeOf(informed).returns.toExtend<Gan>();
  });
});
