import { modelFromBytes, modelToBytes, random } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { mlpDecoder, mlpEncoder, pseudoInputs } from "@latentkit/layers";
import {
  mixturePrior,
  standardNormal,
  uniformSphere,
  vampPrior,
  vonMisesFisherPosterior,
  withPrior,
  wrappedNormal,
  wrappedNormalPosterior,
} from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { iwae, vae } from "../src/index.js";
import { familyBatch, familyNetworks, familyShape } from "./family.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const decoder = () => mlpDecoder({ latentDim: 3, hiddenUnits: [8], outputShape: familyShape, seed: 2 });
const directed = () => ({
  encoder: mlpEncoder({ inputShape: familyShape, hiddenUnits: [8], latentDim: 3, heads: [1], seed: 1 }),
  decoder: decoder(),
});
const inputs = (shape: readonly number[] = familyShape) => pseudoInputs({ count: 4, inputShape: shape, seed: 3 });

describeModel("vae of directions", {
  factory: vae,
  create: () => vae({ ...directed(), posterior: vonMisesFisherPosterior(), prior: uniformSphere({ latentDim: 3 }) }),
  batch: familyBatch,
  invalid: {
    "a prior of real numbers": () => vae({ ...directed(), posterior: vonMisesFisherPosterior() }),
    "an encoder without a concentration": () =>
      vae({
        encoder: mlpEncoder({ inputShape: familyShape, hiddenUnits: [8], latentDim: 3 }),
        decoder: decoder(),
        posterior: vonMisesFisherPosterior(),
        prior: uniformSphere({ latentDim: 3 }),
      }),
    "a sphere of another size": () =>
      vae({ ...directed(), posterior: vonMisesFisherPosterior(), prior: uniformSphere({ latentDim: 2 }) }),
  },
});

describeModel("iwae of points of a ball", {
  factory: iwae,
  create: () =>
    iwae({
      ...familyNetworks(),
      samples: 2,
      posterior: wrappedNormalPosterior({ curvature: 0.5 }),
      prior: wrappedNormal({ curvature: 0.5 }),
    }),
  batch: familyBatch,
  invalid: {
    "a prior of another curvature": () =>
      vae({ ...familyNetworks(), posterior: wrappedNormalPosterior(), prior: wrappedNormal({ curvature: 2 }) }),
  },
});

describeModel("vae with a prior of pseudo-inputs", {
  factory: vae,
  create: () => vae({ ...familyNetworks(), prior: vampPrior({ pseudoInputs: inputs() }) }),
  batch: familyBatch,
  invalid: {
    "pseudo-inputs of another shape": () =>
      vae({ ...familyNetworks(), prior: vampPrior({ pseudoInputs: inputs([5]) }) }),
  },
});

describeModel("vae with a prior of Gaussians", {
  factory: vae,
  create: () => vae({ ...familyNetworks(), prior: mixturePrior({ latentDim: 3, components: 4 }) }),
  batch: familyBatch,
  invalid: {
    "Gaussians of another size": () => vae({ ...familyNetworks(), prior: mixturePrior({ latentDim: 2 }) }),
  },
});

describe("models whose codes are curved, or whose prior is learned", () => {
  it("move the networks of a learned prior, and list them", () => {
    const model = vae({ ...familyNetworks(), prior: vampPrior({ pseudoInputs: inputs() }) });
    expect(Object.keys(model.networks)).toEqual(["encoder", "decoder", "prior.pseudoInputs"]);
    expect(model.objectives[0]!.updates).toHaveLength(3);
    model.dispose();
  });

  it("take examples for pseudo-inputs after training: a bound that is better than N(0, I)'s where codes lie elsewhere", async () => {
    const model = vae(familyNetworks());
    // Codes are moved far away, as no training under N(0, I) would.
    const shift = model.networks.encoder.layers.find(({ name }) => name.endsWith("mean"))!;
    const [kernel] = shift.getWeights();
    shift.setWeights([kernel!, tf.fill([3], 4)]);
    const { x } = familyBatch();
    const examples = tf.clone(x);
    const prior = vampPrior({ pseudoInputs: pseudoInputs({ count: 4, inputShape: familyShape, examples }) });
    const [before, after] = [standardNormal(), prior].map((one) => withPrior(model, one).elbo!(x, random(1)));
    for (const [i, value] of (await after!.kl.data()).entries())
      expect(value).toBeLessThan((await before!.kl.data())[i]!);
    const drawing = withPrior(model, prior);
    model.dispose();
    const loaded = await modelFromBytes(await modelToBytes(drawing), [withPrior, vae]);
    expect(await loaded.sample({ count: 3, random: random(1) }).array()).toEqual(
      await drawing.sample({ count: 3, random: random(1) }).array(),
    );
    for (const one of [drawing, loaded]) one.dispose();
  });

  it("estimate the same likelihood whatever q is: weights of directions average to the sum over a grid of them", async () => {
    const model = vae({
      encoder: mlpEncoder({ inputShape: [4], hiddenUnits: [6], latentDim: 2, heads: [1], seed: 1 }),
      decoder: mlpDecoder({ outputShape: [4], hiddenUnits: [6], latentDim: 2, seed: 2 }),
      posterior: vonMisesFisherPosterior(),
      prior: uniformSphere({ latentDim: 2 }),
    });
    const x = random(5).uniform([1, 4]);
    const weights = model.logImportanceWeights(x, 3000, random(3));
    const estimate = (await tf.sub(tf.logSumExp(weights, 1), Math.log(3000)).data())[0]!;
    const angles = tf.linspace(0, 2 * Math.PI * (1 - 1 / 500), 500);
    const circle = tf.stack([tf.cos(angles), tf.sin(angles)], 1);
    const logits = model.networks.decoder.apply(circle) as tf.Tensor;
    const scores = tf.neg(model.likelihood.negativeLogLikelihood(tf.tile(x, [500, 1]), logits));
    const exact = (await tf.sub(tf.logSumExp(scores), Math.log(500)).data())[0]!;
    const relative = await tf.moments(tf.exp(tf.sub(weights, estimate))).variance.data();
    expect(Math.abs(estimate - exact)).toBeLessThan(4 * Math.sqrt(relative[0]! / 3000)); // four standard errors
    model.dispose();
  });
});
