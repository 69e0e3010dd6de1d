import { describeSlips, disposeOf, type SlipCase } from "@latentkit/core/testing";
import { bernoulli } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll } from "vitest";
import * as family from "../src/index.js";

const likelihood = bernoulli();
let owner: family.PixelCnn;
let network: tf.LayersModel;
beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  owner = family.pixelCnn({ inputShape: [2, 2, 1], width: 2, blocks: 1 });
  network = owner.networks.network!;
});
afterAll(() => owner.dispose());

const picture = { inputShape: [2, 2, 1], likelihood, inputs: "value", seed: 1 };
const allowed =
  /options\.(?!inputShape)\w+: undefined$|options\.(seed|masks|width|blocks|layers|units|headWidth|heads|kernelSize): a number$/;
const told = { given: { label: { classes: 3 } } };
const of = (more: object): SlipCase => ({ args: () => [{ ...picture, ...more }], allowed });

const CASES: Readonly<Record<string, SlipCase>> = {
  autoregressiveModel: {
    args: () => [{ owner: "mine", network, likelihood, given: undefined }],
    allowed: /options\.(given|owner): undefined$|options\.owner: a text$/,
  },
  gatedPixelCnn: of({ width: 4, layers: 1, kernelSize: 3, ...told }),
  imageTransformer: of({ width: 4, blocks: 1, heads: 1, dropout: 0.1, ...told }),
  made: {
    args: () => [{ inputShape: [4], hiddenUnits: [3], masks: 2, orderAgnostic: true, likelihood, seed: 1 }],
    allowed,
  },
  pixelCnn: of({ width: 4, blocks: 1, kernelSize: 3, headWidth: 4 }),
  pixelCnnPlusPlus: {
    args: () => [{ inputShape: [2, 2, 1], likelihood, width: 4, blocks: 1, resolutions: 1, dropout: 0.1, seed: 1 }],
    allowed,
  },
  pixelRnn: of({ cell: "row", units: 2, layers: 1, headWidth: 4 }),
};

describeSlips("@latentkit/autoregressive", family, CASES, { free: disposeOf });
