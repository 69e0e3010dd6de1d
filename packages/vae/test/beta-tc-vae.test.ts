import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type BetaTcVaeOptions, betaTcVae, vae } from "../src/index.js";
import { exampleWeights } from "../src/internal/aggregate-density.js";
import { familyBatch, familyNetworks, otherDecoder, silentPosterior } from "./family.js";
import { referenceNetworks } from "./networks.js";
import { expectLoss, expectParts, fixedNoise, loadObjectives, loadReference } from "./reference.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const create = (options: Partial<BetaTcVaeOptions> & Record<string, unknown> = {}) =>
  betaTcVae({ ...familyNetworks(), datasetSize: 100, ...options });

describeModel("betaTcVae", {
  factory: betaTcVae,
  create,
  batch: familyBatch,
  invalid: {
    "no size of the data": () => betaTcVae(familyNetworks() as never),
    "a data set of one": () => create({ datasetSize: 1 }),
    "an unknown estimator": () => create({ estimator: "exact" as never }),
    "a negative weight": () => create({ beta: -1 }),
    "a misspelt option": () => create({ dataSize: 4 }),
    "a decoder of another code": () => create({ decoder: otherDecoder() }),
    "a posterior without densities": () => create({ posterior: silentPosterior }),
    "a batch of one": () => create().checkBatch({ x: tf.zeros([1, 4, 4, 1]) }),
    "a batch larger than the data": () => create({ datasetSize: 3 }).checkBatch({ x: tf.zeros([4, 4, 4, 1]) }),
  },
});

/** All ways to choose `count` of the items, in order. */
function* arrangements(items: readonly number[], count: number): Generator<number[]> {
  if (count === 0) yield [];
  else {
    for (const item of items) {
      for (const rest of arrangements(
        items.filter((other) => other !== item),
        count - 1,
      ))
        yield [item, ...rest];
    }
  }
}

describe("betaTcVae", () => {
  it.each(["weighted", "stratified"] as const)("has PyTorch's loss, parts and gradients, %s", async (estimator) => {
    const [reference, objectives] = [await loadReference(), await loadObjectives()];
    const { loss, gradients, parts } = objectives[`betaTc-${estimator}`]!;
    const weights = { alpha: 0.5, beta: 4, gamma: 1.5, datasetSize: 50, estimator };
    const model = betaTcVae({ ...referenceNetworks(reference.parameters), ...weights });
    await expectLoss(model, tf.tensor(reference.x), reference.noise, loss, gradients);
    await expectParts(model, tf.tensor(reference.x), reference.noise, parts);
    model.dispose();
  });

  it("has three parts that sum to the VAE's divergence", async () => {
    const reference = await loadReference();
    const networks = referenceNetworks(reference.parameters);
    const [model, plain] = [betaTcVae({ ...networks, datasetSize: 50 }), vae(networks)];
    const x = tf.tensor(reference.x);
    const weights = plain.logImportanceWeights(
      x,
      1,
      fixedNoise([reference.noise[0]!, reference.noise[1]!, reference.noise[2]!].map((row) => [row])),
    );
    const { reconstruction, elbo, kl } = plain.elbo(x, fixedNoise(reference.noise));
    // −log w = −log p(x|z) + log q(z|x) − log p(z) of the same draw.
    const drawn = (await tf.neg(tf.mean(weights)).data())[0]! - (await tf.mean(reconstruction).data())[0]!;
    await expectParts(model, x, reference.noise, {}, (parts) => {
      expect(parts.mutualInformation! + parts.totalCorrelation! + parts.dimensionWiseKl!).toBeCloseTo(drawn, 4);
    });
    tf.dispose([x, weights, reconstruction, elbo, kl]);
    model.dispose();
    plain.dispose();
  });

  it("weighs examples, stratified, so that the mean over all batches is q(z) itself", () => {
    // Seven examples with densities of their own at a code of example 0; all ordered batches of 4 that begin with it.
    const density = [2, 3, 5, 7, 11, 13, 17];
    const truth = density.reduce((sum, value) => sum + value) / density.length;
    const row = exampleWeights(4, density.length, "stratified")[0]!;
    const estimates = [...arrangements([1, 2, 3, 4, 5, 6], 3)].map((rest) =>
      [0, ...rest].reduce((sum, example, j) => sum + row[j]! * density[example]!, 0),
    );
    expect(estimates).toHaveLength(120);
    expect(estimates.reduce((sum, value) => sum + value) / estimates.length).toBeCloseTo(truth, 10);
    for (const weights of exampleWeights(4, 7, "stratified")) {
      expect(weights.reduce((sum, value) => sum + value)).toBeCloseTo(1, 12);
    }
  });
});
