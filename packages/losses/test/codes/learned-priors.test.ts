import { ConfigError, random, ShapeError } from "@latentkit/core";
import { mlpDecoder, mlpGaussianEncoder, pseudoInputs } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { gaussianMixture, gaussianPosterior, mixturePrior, standardNormal, vampPrior } from "../../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const close = async (actual: tf.Tensor, expected: tf.Tensor): Promise<void> => {
  expect(actual.shape).toEqual(expected.shape);
  const [a, b] = [await actual.data(), await expected.data()];
  for (const [i, value] of b.entries()) expect(a[i]).toBeCloseTo(value, 4);
};
const diagonal = (variances: readonly number[]) => variances.map((v, i) => variances.map((_, j) => (i === j ? v : 0)));
const surroundings = (encoder: tf.LayersModel, posterior = gaussianPosterior()) => ({
  dataShape: [null, 4],
  posterior,
  infer: (x: tf.Tensor) => encoder.apply(x) as tf.Tensor2D[],
});
const encoder = () => mlpGaussianEncoder({ inputShape: [4], hiddenUnits: [6], latentDim: 2, seed: 1 });

/** Mean of draws, against the mixture's by four standard errors. */
async function expectMean(draws: tf.Tensor2D, expected: readonly number[]): Promise<void> {
  const { mean, variance } = tf.moments(draws, 0);
  const [means, variances] = [await mean.data(), await variance.data()];
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(means[i]! - value)).toBeLessThan(4 * Math.sqrt(variances[i]! / draws.shape[0]));
  }
}

describe("mixturePrior", () => {
  it("has the density and the draws of the Gaussians that its numbers say", async () => {
    const prior = mixturePrior({ latentDim: 2, components: 3, seed: 4 });
    const [numbers] = await Promise.all(
      Object.values(prior.networks!).map((net) => net.getWeights()[0]!.data<"float32">()),
    );
    const [logits, means, logs] = [numbers!.slice(0, 3), numbers!.slice(3, 9), numbers!.slice(9)];
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const weights = [...logits].map((logit) => Math.exp(logit) / total);
    const pairs = (values: ArrayLike<number>) => [0, 1, 2].map((k) => [values[2 * k]!, values[2 * k + 1]!]);
    const mixture = gaussianMixture({
      weights,
      means: pairs(means),
      covariances: pairs(logs).map((row) => diagonal(row.map(Math.exp))),
    });
    const z = random(1).normal([3, 5, 2]);
    await close(prior.logDensity(z), mixture.logDensity(z));
    const mean = [0, 1].map((j) => weights.reduce((sum, weight, k) => sum + weight * means[2 * k + j]!, 0));
    await expectMean(prior.sample(4000, 2, random(2)), mean);
  });

  it("refuses other sizes", () => {
    const prior = mixturePrior({ latentDim: 2 });
    expect(() => prior.sample(2, 3, random(1))).toThrow(ShapeError);
    expect(() => prior.logDensity(tf.zeros([2, 3]))).toThrow(ShapeError);
    const network = mlpDecoder({ latentDim: 1, hiddenUnits: [], outputShape: [4] });
    expect(() => mixturePrior({ latentDim: 2, network })).toThrow(ShapeError);
  });
});

describe("vampPrior", () => {
  it("is the mean of what the encoder says of its pseudo-inputs", async () => {
    const examples = random(3).normal([3, 4]);
    const net = encoder();
    const prior = vampPrior({ pseudoInputs: pseudoInputs({ count: 3, inputShape: [4], examples }) });
    const inside = prior.within!(surroundings(net));
    const [mean, logVariance] = net.apply(examples) as [tf.Tensor2D, tf.Tensor2D];
    const [means, variances] = [await mean.array(), await tf.exp<tf.Tensor2D>(logVariance).array()];
    const weights = [1 / 3, 1 / 3, 1 / 3];
    const mixture = gaussianMixture({ weights, means, covariances: variances.map(diagonal) });
    const z = random(1).normal([2, 5, 2]);
    await close(inside.logDensity(z), mixture.logDensity(z));
    await expectMean(inside.sample(4000, 2, random(2)), await tf.mean<tf.Tensor1D>(mean, 0).array());
    // At temperature 0 every draw is one of the means.
    const cold = await inside.sample(20, 2, random(3), { temperature: 0 }).array();
    for (const [x] of cold) expect(means.some(([m]) => Math.abs(m! - x!) < 1e-5)).toBe(true);
  });

  it("moves its pseudo-inputs and the encoder by its density's gradient", () => {
    const [net, inputs] = [encoder(), pseudoInputs({ count: 3, inputShape: [4], outputActivation: "sigmoid" })];
    const inside = vampPrior({ pseudoInputs: inputs }).within!(surroundings(net));
    const loss = () => tf.sum(inside.logDensity(tf.ones([1, 2]))) as tf.Scalar;
    const weights = [net, inputs].flatMap((one) => one.trainableWeights.map((weight) => weight.read() as tf.Variable));
    const { grads } = tf.variableGrads(loss, weights);
    for (const weight of weights) expect(grads[weight.name], weight.name).toBeDefined();
    expect(tf.sum(tf.abs(grads[weights.at(-1)!.name]!)).arraySync()).toBeGreaterThan(0);
  });

  it("refuses to be alone, data of another shape, and posteriors without a density", () => {
    const prior = vampPrior({ pseudoInputs: pseudoInputs({ count: 3, inputShape: [4] }) });
    expect(() => prior.sample(2, 2, random(1))).toThrow(ConfigError);
    expect(() => prior.logDensity(tf.zeros([2, 2]))).toThrow("a model with an encoder around it");
    const { logDensity: _, ...silent } = gaussianPosterior();
    expect(() => prior.within!(surroundings(encoder(), silent as never))).toThrow("density of any code");
    const wide = vampPrior({ pseudoInputs: pseudoInputs({ count: 3, inputShape: [5] }) });
    expect(() => wide.within!(surroundings(encoder()))).toThrow(ShapeError);
    expect(standardNormal().within).toBeUndefined();
  });
});
