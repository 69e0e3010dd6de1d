import { readFile } from "node:fs/promises";
import { type RandomSource, stepContext, trainableVariables } from "@latentkit/core";
import { expectSameTensors, finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { iwae, type Vae, vae } from "../src/index.js";
import { type Parameters, referenceNetworks } from "./networks.js";

interface Reference {
  readonly parameters: Parameters;
  readonly x: number[][];
  readonly noise: number[][];
  readonly noises: number[][][];
  readonly beta: number;
  readonly freeBits: number;
  readonly reconstruction: number[];
  readonly kl: number[];
  readonly vaeLoss: number;
  readonly vaeGradients: Parameters;
  readonly freeBitsLoss: number;
  readonly freeBitsGradients: Parameters;
  readonly logWeights: number[][];
  readonly iwaeLoss: number;
  readonly iwaeGradients: Parameters;
}

/** float32 against the float64 of the reference: sums of a few dozen terms of size 1. */
const TOLERANCE = 2e-5;

let reference: Reference;
let x: tf.Tensor;

/** Gives the reference's noise in place of a stream's. */
const fixedNoise = (values: tf.TensorLike): RandomSource => ({
  normal: () => tf.tensor(values as number[]),
  uniform: () => {
    throw new Error("a Gaussian model draws no uniform noise");
  },
});

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  reference = JSON.parse(await readFile(new URL("fixtures/reference.json", import.meta.url), "utf8"));
  x = tf.tensor(reference.x);
});
afterAll(() => x.dispose());

/** Compares loss and the gradient of every weight with the reference. */
async function expectLoss(model: Vae, noise: tf.TensorLike, loss: number, gradients: Parameters): Promise<void> {
  const objective = model.objectives[0]!;
  const { value, grads } = tf.variableGrads(
    () => objective.loss({ x }, stepContext(fixedNoise(noise), 0, true)).total,
    trainableVariables(objective.updates),
  );
  expect((await value.data())[0]).toBeCloseTo(loss, 4);
  const names = objective.updates.flatMap((network) => network.trainableWeights.map((weight) => weight.originalName));
  const variables = trainableVariables(objective.updates);
  expect(names.toSorted()).toEqual(Object.keys(gradients).sort());
  for (const [i, name] of names.entries()) {
    await expectSameTensors(grads[variables[i]!.name]!, tf.tensor(gradients[name] as number[]), TOLERANCE);
  }
  tf.dispose([value, grads as never]);
}

describe("vae against PyTorch", () => {
  it("has the same parts, in nats per example", async () => {
    const model = vae(referenceNetworks(reference.parameters));
    const { elbo, reconstruction, kl } = model.elbo(x, fixedNoise(reference.noise));
    await expectSameTensors(reconstruction, tf.tensor(reference.reconstruction), TOLERANCE);
    await expectSameTensors(kl, tf.tensor(reference.kl), TOLERANCE);
    await expectSameTensors(
      elbo,
      tf.tensor(reference.kl.map((value, i) => -value - reference.reconstruction[i]!)),
      TOLERANCE,
    );
    tf.dispose([elbo, reconstruction, kl]);
    model.dispose();
  });

  it("has the same loss and gradients with a weighted KL divergence", async () => {
    const model = vae({ ...referenceNetworks(reference.parameters), beta: reference.beta });
    await expectLoss(model, reference.noise, reference.vaeLoss, reference.vaeGradients);
    model.dispose();
  });

  it("has the same loss and gradients with free bits", async () => {
    const model = vae({ ...referenceNetworks(reference.parameters), freeBits: reference.freeBits });
    await expectLoss(model, reference.noise, reference.freeBitsLoss, reference.freeBitsGradients);
    model.dispose();
  });

  it("has the same importance weights", async () => {
    const model = vae(referenceNetworks(reference.parameters));
    const weights = model.logImportanceWeights(x, 6, fixedNoise(reference.noises));
    await expectSameTensors(weights, tf.tensor(reference.logWeights), TOLERANCE);
    weights.dispose();
    model.dispose();
  });

  it("has the gradient that finite differences give, through the reparameterised sample", async () => {
    const model = vae(referenceNetworks(reference.parameters));
    const kernel = trainableVariables(model.objectives[0]!.updates)[0]!;
    const kept = tf.clone(kernel);
    const loss = (weights: tf.Tensor): tf.Scalar => {
      kernel.assign(weights as tf.Tensor2D);
      return model.objectives[0]!.loss({ x }, stepContext(fixedNoise(reference.noise))).total;
    };
    const numeric = await finiteDifferences(loss, kept);
    kernel.assign(kept);
    const { value, grads } = tf.variableGrads(
      () => model.objectives[0]!.loss({ x }, stepContext(fixedNoise(reference.noise))).total,
      [kernel],
    );
    // Differences of two float32 losses of size 5, 2e-3 apart: their rounding is 3e-4.
    await expectSameTensors(grads[kernel.name]!, tf.tensor(numeric, kernel.shape), 1e-3);
    tf.dispose([kept, value, grads as never]);
    model.dispose();
  });
});

describe("iwae against PyTorch", () => {
  it("has the same loss and gradients", async () => {
    const model = iwae({ ...referenceNetworks(reference.parameters), samples: 6 });
    await expectLoss(model, reference.noises, reference.iwaeLoss, reference.iwaeGradients);
    model.dispose();
  });
});
