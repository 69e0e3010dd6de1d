import {
  adversarialAutoencoder,
  autoencoder,
  regularizedAutoencoder,
  wassersteinAutoencoder,
} from "@latentkit/autoencoders";
import { linearSchedule, type Model } from "@latentkit/core";
import { hierarchicalNetworks, ladderNetworks } from "@latentkit/layers";
import { bernoulli, binaryPosterior, binaryPrior, categoricalPosterior, categoricalPrior } from "@latentkit/losses";
import {
  annealedVae,
  betaTcVae,
  ciwae,
  conditionalVae,
  dipVae,
  factorVae,
  hierarchicalVae,
  infoVae,
  iwae,
  ladderVae,
  miwae,
  msSsimVae,
  piwae,
  semiSupervisedVae,
  vae,
  vaeGan,
} from "@latentkit/vae";
import type { ZooParts } from "./parts.js";

/** Makes one row's model of the zoo's networks. */
export type ZooModel = (zoo: ZooParts) => Model<never>;

const likelihood = bernoulli();
const weighted = { samples: 8 };
const digits = { variables: 16, classes: 8 };
const categorical = { posterior: categoricalPosterior(digits), prior: categoricalPrior(digits) };
/** For losses that are sums over 784 values; the defaults are for means. */
const summed = 784;

/** The rows, by the name that `--models` takes. A model more is a line more. */
export const MODELS: Readonly<Record<string, ZooModel>> = {
  vae: (zoo) => vae(zoo.gaussian()),
  betaVae: (zoo) => vae({ ...zoo.gaussian(), beta: 4 }),
  conditionalVae: (zoo) => conditionalVae({ ...zoo.gaussian({ classes: 10 }), given: { label: { classes: 10 } } }),
  annealedVae: (zoo) => annealedVae({ ...zoo.gaussian(), capacity: capacity(zoo), gamma: 100 }),
  betaTcVae: (zoo) => betaTcVae({ ...zoo.gaussian(), datasetSize: zoo.setting.images, beta: 2 }),
  factorVae: (zoo) => factorVae({ ...zoo.gaussian(), discriminator: zoo.judgeOfCodes(), gamma: 5 }),
  dipVaeI: (zoo) => dipVae({ ...zoo.gaussian(), variant: "I" }),
  dipVae: (zoo) => dipVae(zoo.gaussian()),
  infoVae: (zoo) => infoVae(zoo.gaussian()),
  iwae: (zoo) => iwae({ ...zoo.gaussian(), ...weighted }),
  iwaeDoubly: (zoo) => iwae({ ...zoo.gaussian(), ...weighted, gradient: "doublyReparameterised" }),
  hierarchicalVae: ({ setting: { inputShape, seed } }) =>
    hierarchicalVae(hierarchicalNetworks({ imageShape: inputShape, groups: [1, 1], filters: 8, seed })),
  ladderVae: ({ setting: { inputShape, seed } }) =>
    ladderVae(ladderNetworks({ inputShape, latentDims: [32, 16, 8], hiddenUnits: [256, 128, 64], seed })),
  miwae: (zoo) => miwae({ ...zoo.gaussian(), samples: 4, estimates: 2 }),
  piwae: (zoo) => piwae({ ...zoo.gaussian(), samples: 4, estimates: 2 }),
  ciwae: (zoo) => ciwae({ ...zoo.gaussian(), ...weighted }),
  msSsimVae: (zoo) => msSsimVae(zoo.gaussian()),
  vaeGan: (zoo) => vaeGan({ ...zoo.gaussian(), discriminator: zoo.judgeOfImages() }),
  categoricalVae: (zoo) => vae({ ...zoo.discrete(digits.variables * digits.classes), ...categorical }),
  binaryVae: (zoo) => vae({ ...zoo.discrete(64), posterior: binaryPosterior(), prior: binaryPrior() }),
  semiSupervisedVae: (zoo) =>
    semiSupervisedVae({
      ...zoo.gaussian({ classes: 10 }),
      classifier: zoo.encoder({ latentDim: 10, name: "classifier" }),
    }),
  autoencoder: (zoo) => autoencoder({ ...zoo.plain(), loss: likelihood }),
  raeL2: (zoo) => regularizedAutoencoder({ ...zoo.plain(), ...smooth(1e-6), regularizer: "l2" }),
  raeGradientPenalty: (zoo) =>
    regularizedAutoencoder({ ...zoo.plain(), ...smooth(1e-5), regularizer: "gradientPenalty" }),
  raeSpectral: (zoo) => regularizedAutoencoder({ ...zoo.plain(), ...smooth(0), regularizer: "spectral" }),
  wassersteinAutoencoder: (zoo) => wassersteinAutoencoder({ ...zoo.plain(), loss: likelihood, weight: 0.01 * summed }),
  adversarialAutoencoder: (zoo) =>
    adversarialAutoencoder({ ...zoo.plain(), loss: likelihood, discriminator: zoo.judgeOfCodes() }),
};

function smooth(weight: number) {
  return { loss: likelihood, codeWeight: 1e-4 * summed, weight: weight * summed };
}

const capacity = ({ setting }: ZooParts) => linearSchedule({ from: 0, to: 20, steps: Math.ceil(setting.steps / 2) });

/** Rows whose models are trained on data of which one label in fifty is known. */
export const FEW_LABELS: ReadonlySet<string> = new Set(["semiSupervisedVae"]);
