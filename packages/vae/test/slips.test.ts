import { allVariables, hold } from "@latentkit/core/authoring";
import { asArgument, describeSlips, disposeOf, type SlipCase } from "@latentkit/core/testing";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { bernoulli, gaussianPosterior, standardNormal } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll } from "vitest";
import * as family from "../src/index.js";

let encoder: tf.LayersModel;
let decoder: tf.LayersModel;
let told: { encoder: tf.LayersModel; decoder: tf.LayersModel };
let release = () => {};
beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  const shape = { hiddenUnits: [3], latentDim: 2 };
  encoder = mlpGaussianEncoder({ inputShape: [4], ...shape });
  decoder = mlpDecoder({ outputShape: [4], ...shape });
  told = {
    encoder: mlpGaussianEncoder({ inputShape: [4], ...shape, classes: 3 }),
    decoder: mlpDecoder({ outputShape: [4], ...shape, classes: 3 }),
  };
  // Models that are made and freed in between leave the networks whole.
  release = hold(allVariables([encoder, decoder, told.encoder, told.decoder]));
});
afterAll(() => release());

const values = () => ({
  likelihood: asArgument(bernoulli()),
  prior: asArgument(standardNormal()),
  posterior: asArgument(gaussianPosterior()),
});
const allowed =
  /^options\.(likelihood|prior|posterior|beta|freeBits|samples|doublyReparameterized|estimator): undefined$|(beta|freeBits|samples): a number$/;

const CASES: Readonly<Record<string, SlipCase>> = {
  conditionalVae: {
    args: () => [{ ...told, conditions: { label: { classes: 3 } }, ...values(), beta: 1, freeBits: 0 }],
    allowed,
  },
  iwae: { args: () => [{ encoder, decoder, ...values(), samples: 3 }], allowed },
  latentVariableModel: { args: () => [asArgument({ owner: "mine", encoder, decoder, ...values() })] },
  vae: { args: () => [{ encoder, decoder, ...values(), beta: 1, freeBits: 0 }], allowed },
};

describeSlips("@latentkit/vae", family, CASES, {
  free: disposeOf,
});
