import { random } from "@latentkit/core";
import { apply } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { standingStatistics } from "../src/index.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

describe("standingStatistics", () => {
  const build = () => {
    const input = tf.input({ shape: [1] });
    const linear = tf.layers.dense({ units: 1, useBias: true, name: "linear" });
    const norm = tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5, name: "norm" });
    const network = tf.model({ inputs: input, outputs: norm.apply(linear.apply(input)) as tf.SymbolicTensor });
    // Replaced weights: 3z + 2 has mean 2 and variance 9, while the moving statistics still say 0 and 1.
    linear.setWeights([tf.tensor2d([[3]]), tf.tensor1d([2])]);
    return { network, norm };
  };

  it("moves batch normalisation to the statistics of the weights that are there", async () => {
    const { network, norm } = build();
    const before = tf.memory().numTensors;
    standingStatistics(network, (source) => source.normal([256, 1]));
    expect(tf.memory().numTensors).toBe(before);
    const [, , mean, variance] = await Promise.all(norm.getWeights().map((weight) => weight.data()));
    // Some 19 batches of 256 count: standard errors of 0.04 and 0.18.
    expect(Math.abs(mean![0]! - 2)).toBeLessThan(0.15);
    expect(Math.abs(variance![0]! - 9)).toBeLessThan(0.7);
    const samples = apply(network, random(9).normal([4000, 1]));
    const moments = tf.moments(samples);
    expect(Math.abs((await moments.mean.data())[0]!)).toBeLessThan(0.1);
    expect(Math.abs((await moments.variance.data())[0]! - 1)).toBeLessThan(0.15);
  });

  it("leaves trained weights as they are, and needs a batch", async () => {
    const { network } = build();
    const weights = async () => Promise.all(network.trainableWeights.map((weight) => weight.read().data()));
    const start = await weights();
    standingStatistics(network, (source) => source.normal([8, 1]), { batches: 3 });
    expect(await weights()).toEqual(start);
    expect(() => standingStatistics(network, (source) => source.normal([8, 1]), { batches: 0 })).toThrow(/batches/);
  });
});
