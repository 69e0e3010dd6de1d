import { allVariables, hold } from "@latentkit/core/authoring";
import { describeSlips, disposeOf, type SlipCase } from "@latentkit/core/testing";
import {
  maskingNoise,
  mlpDecoder,
  mlpDiscriminator,
  mlpEncoder,
  mlpGaussianEncoder,
  recurrentDecoder,
  recurrentEncoder,
} from "@latentkit/layers";
import * as losses from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll } from "vitest";
import * as autoencoders from "../src/index.js";

const networks: Record<string, tf.LayersModel> = {};
let release = () => {};
beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  const shape = { hiddenUnits: [3], latentDim: 2 };
  networks.encoder = mlpEncoder({ inputShape: [4], ...shape, outputActivation: "sigmoid" });
  networks.decoder = mlpDecoder({ outputShape: [4], ...shape });
  networks.discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [3] });
  networks.gaussian = mlpGaussianEncoder({ inputShape: [4], ...shape });
  networks.reader = recurrentEncoder({ inputShape: [3, 1], units: 2, latentDim: 2 });
  networks.writer = recurrentDecoder({ outputShape: [3, 1], units: 2, latentDim: 2, teacher: true });
  // Models that are made and freed in between leave the networks whole.
  release = hold(allVariables(Object.values(networks)));
});
afterAll(() => release());

/** A function has a prototype of its own, so the sweep takes this for a value and not for options. */
const loss = losses.meanSquaredError;
const pair = () => ({ encoder: networks.encoder, decoder: networks.decoder, loss });
const OPTIONAL =
  /^options\.(?!(?:encoder|decoder|discriminator|inputShape|latentDim|hiddenUnits|filters|units|classes|k): )\w+: undefined$/;
const NUMBERS = /options\.(\w*[wW]eight|seed|scale|deviation|temperature|slope|clip|priorVariance): a number$/;
const allowed = new RegExp(`${OPTIONAL.source}|${NUMBERS.source}`);
const ofPair = (more: object = {}): SlipCase => ({ args: () => [{ ...pair(), ...more }], allowed });

const CASES: Readonly<Record<string, SlipCase>> = {
  adversarialAutoencoder: {
    args: () => [{ ...pair(), discriminator: networks.discriminator }],
    allowed,
  },
  autoencoder: ofPair(),
  contractiveAutoencoder: ofPair({ weight: 0.1 }),
  convAutoencoder: {
    args: () => [{ inputShape: [8, 8, 1], filters: [2], latentDim: 2, kernelSize: 3, strides: 2, seed: 1, loss }],
    allowed: new RegExp(`${allowed.source}|(latentDim|kernelSize|strides): a number$`),
  },
  denoisingAutoencoder: {
    args: () => [{ ...pair(), corruption: maskingNoise({ rate: 0.1 }) }],
    allowed: /loss: undefined$/,
  },
  encoderClassifier: {
    args: () => [{ encoder: networks.encoder, classes: 3, frozen: true, hiddenUnits: [3], seed: 1 }],
    allowed: /(frozen|hiddenUnits|seed): undefined$|(classes|seed): a number$/,
  },
  geometryAutoencoder: ofPair({ weight: 1 }),
  greedyAutoencoder: { args: () => [{ inputShape: [4], units: [3, 2], seed: 1 }], allowed },
  kSparseAutoencoder: ofPair({ k: 1 }),
  linearAutoencoder: { args: () => [{ inputShape: [4], latentDim: 2, seed: 1 }], allowed },
  recurrentAutoencoder: {
    args: () => [{ encoder: networks.reader, decoder: networks.writer, teacherForcing: 0.5 }],
    allowed,
  },
  regularizedAutoencoder: ofPair({ regularizer: "l2", weight: 0.1, codeWeight: 0.1 }),
  sparseAutoencoder: ofPair({ weight: 0.1, penalty: "kl", target: 0.1 }),
  stackedAutoencoder: {
    args: () => [{ inputShape: [8], hiddenUnits: [4], latentDim: 2, seed: 1, loss }],
    allowed: new RegExp(`${allowed.source}|latentDim: a number$`),
  },
  tiedAutoencoder: { args: () => [{ encoder: networks.encoder, outputActivation: "sigmoid", loss }], allowed },
  wassersteinAutoencoder: ofPair({ weight: 1, priorVariance: 1 }),
};

describeSlips("@latentkit/autoencoders", autoencoders, CASES, {
  free: disposeOf,
});
