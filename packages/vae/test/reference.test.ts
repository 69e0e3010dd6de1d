import { stepContext, trainableVariables } from "@latentkit/core/authoring";
import { expectSameTensors, finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, it } from "vitest";
import { vae } from "../src/index.js";
import { referenceNetworks } from "./networks.js";
import { expectLoss, fixedNoise, loadReference, type Reference, TOLERANCE } from "./reference.js";

let reference: Reference;
let x: tf.Tensor;

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  reference = await loadReference();
  x = tf.tensor(reference.x);
});
afterAll(() => x.dispose());

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
    await expectLoss(model, x, reference.noise, reference.vaeLoss, reference.vaeGradients);
    model.dispose();
  });

  it("has the same loss and gradients with free bits", async () => {
    const model = vae({ ...referenceNetworks(reference.parameters), freeBits: reference.freeBits });
    await expectLoss(model, x, reference.noise, reference.freeBitsLoss, reference.freeBitsGradients);
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
