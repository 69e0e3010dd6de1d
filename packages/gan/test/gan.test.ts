import { linearSchedule, random } from "@latentkit/core";
import { apply } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
import { leastSquaresLoss, nonSaturatingLoss } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { draganTerm, gan, instanceNoise, nonSaturatingGan } from "../src/index.js";
import { packed } from "../src/internal/pack.js";
import { dataBatch, misfits, planePair, points } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

describeModel("gan", {
  factory: gan,
  create: () =>
    gan({
      ...planePair(),
      loss: leastSquaresLoss(),
      prior: "uniform",
      views: [instanceNoise({ deviation: linearSchedule({ from: 0.1, to: 0, steps: 10 }) })],
      penalty: draganTerm({ weight: 1 }),
      replay: { capacity: 20, share: 0.5 },
    }),
  batch: dataBatch,
  invalid: {
    ...misfits((options) => gan({ ...options, loss: leastSquaresLoss() })),
    "no loss": () => gan(planePair() as never),
    "an impossible replay": () => gan({ ...planePair(), loss: leastSquaresLoss(), replay: { capacity: 0 } }),
  },
});

describeModel("gan with packs", {
  factory: gan,
  create: () => gan({ ...planePair({ inputShape: [4] }), loss: leastSquaresLoss(), pack: 2 }),
  batch: dataBatch,
  invalid: {
    "a discriminator of single examples": () => gan({ ...planePair(), loss: leastSquaresLoss(), pack: 2 }),
    "a pack of nothing": () => gan({ ...planePair(), loss: leastSquaresLoss(), pack: 0 }),
  },
});

describeModel("batch statistics", {
  factory: nonSaturatingGan,
  create: () =>
    nonSaturatingGan({
      generator: mlpGenerator({ latentDim: 3, hiddenUnits: [8], outputShape: [2] }),
      discriminator: mlpDiscriminator({
        inputShape: [2],
        hiddenUnits: [8],
        activation: "maxout",
        minibatchDiscrimination: { kernels: 4, dimensions: 2 },
        minibatchStandardDeviation: true,
      }),
    }),
  batch: dataBatch,
  invalid: { "maxout with spectral layers": () => planePair({ activation: "maxout", normalization: "spectral" }) },
});

describe("gan", () => {
  it("samples what the generator makes of its prior", async () => {
    const networks = planePair();
    const model = gan({ ...networks, loss: nonSaturatingLoss(), prior: "uniform" });
    const expected = apply(networks.generator, random(4).uniform([5, 3], -1, 1));
    expect(await model.sample(5, random(4)).data()).toEqual(await expected.data());
    expect(model.latentDim).toBe(3);
    expect(() => model.decode(tf.ones([2, 4]))).toThrow(/expected `z`/);
  });

  it("tells D(x) as a probability, one for each pack", async () => {
    const model = gan({ ...planePair({ inputShape: [4] }), loss: nonSaturatingLoss(), pack: 2 });
    const verdicts = await model.discriminate(points().x).data();
    expect(verdicts).toHaveLength(3);
    for (const verdict of verdicts) expect(verdict).toSatisfy((p: number) => p > 0 && p < 1);
  });
});

describe("packed", () => {
  it("joins neighbours along the last axis", async () => {
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
      [9, 10],
    ]);
    expect(await packed(x, 2).array()).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
  });

  it("joins images channel by channel", async () => {
    const images = random(1).normal<tf.Rank.R4>([4, 3, 2, 2]);
    const joined = packed(images, 2) as tf.Tensor4D;
    expect(joined.shape).toEqual([2, 3, 2, 4]);
    const [second, pair] = [await images.array(), await joined.array()];
    expect(pair[1]![2]![1]).toEqual([...second[2]![2]![1]!, ...second[3]![2]![1]!]);
  });

  it("needs a whole pack", () => {
    expect(() => packed(tf.ones([1, 2]), 2)).toThrow(/at least 2 examples/);
  });
});
