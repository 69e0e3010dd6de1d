import { ConfigError, modelFromBytes, modelToBytes, random, ShapeError } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { gaussianMixture, standardNormal, withPrior } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { vae } from "../src/index.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const networks = () => ({
  encoder: mlpGaussianEncoder({ inputShape: [4], hiddenUnits: [6], latentDim: 2, seed: 1 }),
  decoder: mlpDecoder({ outputShape: [4], hiddenUnits: [6], latentDim: 2, seed: 1 }),
});
const unit = [
  [1, 0],
  [0, 1],
];
const shifted = () => gaussianMixture({ weights: [1], means: [[3, 0]], covariances: [unit] });
const built = () => {
  const model = vae(networks());
  const made = withPrior(model, shifted());
  // The weights are the new model's as well, and go with it.
  model.dispose();
  return made;
};

describe("withPrior", () => {
  it("draws what the decoder makes of the prior's codes, and bounds the likelihood under it", async () => {
    const model = vae(networks());
    const moved = withPrior(model, shifted());
    const z = shifted().sample(3, 2, random(7));
    expect(await moved.sample({ count: 3, random: random(7) }).array()).toEqual(await model.decode(z).array());
    const x = random(2).uniform([5, 4]);
    const [before, after] = [model.elbo(x, random(1)), moved.elbo!(x, random(1))];
    expect(await after.reconstruction.data()).toEqual(await before.reconstruction.data());
    // Under unit Gaussians the draws' log p(z) differs by 3·z₁ − 4.5.
    const same = withPrior(model, gaussianMixture({ weights: [1], means: [[0, 0]], covariances: [unit] }));
    const plain = same.elbo!(x, random(1));
    const { mean, logVariance } = model.posterior(x);
    const noise = random(1).normal(mean.shape);
    const first = tf.slice(tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise)), [0, 0], [5, 1]);
    const expected = await tf.sub(tf.mul(3, tf.squeeze(first, [1])), 4.5).data();
    const gained = await tf.sub(plain.kl, after.kl).data();
    for (const [i, value] of expected.entries()) expect(gained[i]).toBeCloseTo(value, 3);
    model.dispose();
  });

  it("is saved and loaded with the model in it", async () => {
    const model = built();
    const loaded = await modelFromBytes(await modelToBytes(model), [withPrior, vae]);
    expect(await loaded.sample({ count: 4, random: random(1) }).array()).toEqual(
      await model.sample({ count: 4, random: random(1) }).array(),
    );
    await expect(modelFromBytes(await modelToBytes(model), withPrior)).rejects.toThrow("kind 'vae'");
    for (const each of [model, loaded]) each.dispose();
  });

  it("refuses what has no decoder, and a prior of another size", () => {
    expect(() => withPrior({} as never, standardNormal())).toThrow(ConfigError);
    const wide = gaussianMixture({ weights: [1], means: [[0]], covariances: [[[1]]] });
    expect(() => withPrior(vae(networks()), wide)).toThrow(ShapeError);
  });
});

describeModel("withPrior", {
  factory: [withPrior, vae],
  create: built as never,
  batch: () => ({ x: random(5).uniform([4, 4]) }),
  invalid: { "a misspelt option": () => withPrior({ modle: 1 } as never) },
});
