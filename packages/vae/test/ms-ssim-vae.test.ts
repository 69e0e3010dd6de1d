import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { structuralDissimilarity } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type MsSsimVaeOptions, msSsimVae } from "../src/index.js";
import { otherDecoder } from "./family.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const inputShape = [8, 8, 1];
const networks = () => ({
  encoder: mlpGaussianEncoder({ inputShape, hiddenUnits: [8], latentDim: 3, seed: 1 }),
  decoder: mlpDecoder({ latentDim: 3, hiddenUnits: [8], outputShape: inputShape, seed: 2 }),
});
const batch = () => ({ x: random(5).uniform([4, ...inputShape]) });
const create = (options: Partial<MsSsimVaeOptions> & Record<string, unknown> = {}) =>
  msSsimVae({ ...networks(), ...options });

describeModel("msSsimVae", {
  factory: msSsimVae,
  create,
  batch,
  invalid: {
    "an even window": () => create({ windowSize: 4 }),
    "a window that does not fit": () => create({ windowSize: 9 }),
    "a window that does not fit at every scale": () => create({ windowSize: 5, scales: 2 }),
    "six scales": () => create({ scales: 6 }),
    "a misspelt option": () => create({ window: 3 }),
    "a decoder of another code": () => create({ decoder: otherDecoder() }),
    "data that are no images": () =>
      msSsimVae({
        encoder: mlpGaussianEncoder({ inputShape: [5], hiddenUnits: [], latentDim: 2 }),
        decoder: mlpDecoder({ latentDim: 2, hiddenUnits: [], outputShape: [5] }),
      }),
  },
});

describe("msSsimVae", () => {
  it("is the dissimilarity of data and decoded codes and β times the divergence, with the largest window that fits", async () => {
    const model = create({ beta: 0.25 });
    const values = tf.tidy(() => {
      const { x } = batch();
      const { total, parts } = model.objectives[0]!.loss({ x }, stepContext(random(1)));
      const { mean, logVariance } = model.posterior(x);
      const z = tf.add(mean, tf.mul(tf.exp(tf.div(logVariance, 2)), random(1).normal(mean.shape)));
      const expected = tf.mean(structuralDissimilarity(x, model.decode(z), { windowSize: 7 }));
      const { kl } = model.elbo(x, random(1));
      return tf.stack([total, parts!.dissimilarity!, parts!.kl!, expected, tf.mean(kl)] as tf.Scalar[]);
    });
    const [total, dissimilarity, kl, expected, divergence] = (await values.array()) as number[];
    values.dispose();
    expect(dissimilarity).toBeCloseTo(expected!, 5);
    expect(kl).toBeCloseTo(divergence!, 4);
    expect(total).toBeCloseTo(expected! + 0.25 * divergence!, 4);
    expect(dissimilarity).toBeGreaterThan(0.1);
    model.dispose();
  });
});
