import { type GatedPixelCnn, gatedPixelCnn } from "@latentkit/autoregressive";
import { allVariables, hold } from "@latentkit/core/authoring";
import { asArgument, describeSlips, disposeOf, type SlipCase } from "@latentkit/core/testing";
import {
  type HierarchicalNetworks,
  hierarchicalNetworks,
  type LadderNetworks,
  ladderNetworks,
  mapDecoder,
  mapEncoder,
  mapMerger,
  mlpDecoder,
  mlpDiscriminator,
  mlpEncoder,
  mlpGaussianEncoder,
} from "@latentkit/layers";
import { bernoulli, gaussianPosterior, standardNormal, vectorQuantizer } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll } from "vitest";
import * as family from "../src/index.js";

let encoder: tf.LayersModel;
let decoder: tf.LayersModel;
let discriminator: tf.LayersModel;
let judge: tf.LayersModel;
let classifier: tf.LayersModel;
let pictures: { encoder: tf.LayersModel; decoder: tf.LayersModel };
let groups: HierarchicalNetworks;
let ladder: LadderNetworks;
let sight: tf.LayersModel;
let pixels: GatedPixelCnn;
let told: { encoder: tf.LayersModel; decoder: tf.LayersModel };
let coded: ReturnType<typeof maps>;
let two: ReturnType<typeof twoMaps>;
let release = () => {};
beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  const shape = { hiddenUnits: [3], latentDim: 2 };
  encoder = mlpGaussianEncoder({ inputShape: [4], ...shape });
  decoder = mlpDecoder({ outputShape: [4], ...shape });
  discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [3] });
  classifier = mlpEncoder({ inputShape: [4], hiddenUnits: [3], latentDim: 3 });
  judge = mlpDiscriminator({ inputShape: [4], hiddenUnits: [3] });
  pictures = {
    encoder: mlpGaussianEncoder({ inputShape: [7, 7, 1], ...shape }),
    decoder: mlpDecoder({ outputShape: [7, 7, 1], ...shape }),
  };
  ladder = ladderNetworks({ inputShape: [4], latentDims: [2, 1], hiddenUnits: [3, 3] });
  groups = hierarchicalNetworks({ imageShape: [2, 2, 1], groups: [1], filters: 1 });
  sight = mlpGaussianEncoder({ inputShape: [3, 3, 1], ...shape });
  pixels = gatedPixelCnn({ inputShape: [3, 3, 1], width: 2, layers: 0, given: { z: { size: 2 } } });
  told = {
    encoder: mlpGaussianEncoder({ inputShape: [4], ...shape, classes: 3 }),
    decoder: mlpDecoder({ outputShape: [4], ...shape, classes: 3 }),
  };
  [coded, two] = [maps(), twoMaps()];
  // Models that are made and freed in between leave the networks whole.
  const pairs = [told, pictures].flatMap((one) => Object.values(one));
  const all = [groups.encoder, groups.decoder, groups.priors, groups.posteriors, groups.merges].flatMap((one) =>
    one instanceof tf.LayersModel ? [one] : Object.values(one),
  );
  const ladders = [ladder.encoder, ladder.decoder, ...Object.values(ladder.levels)];
  release = hold(
    allVariables([
      encoder,
      decoder,
      discriminator,
      judge,
      classifier,
      ...pairs,
      ...ladders,
      ...all,
      sight,
      pixels.networks.network,
      ...Object.values(coded),
      ...Object.values(two),
    ]),
  );
});
afterAll(() => release());

const values = () => ({
  likelihood: asArgument(bernoulli()),
  prior: asArgument(standardNormal()),
  posterior: asArgument(gaussianPosterior()),
});
const small = { residualBlocks: 0, residualFilters: 1 };
const maps = () => ({
  encoder: mapEncoder({ inputShape: [4, 4, 1], filters: [1], channels: 2, ...small }),
  decoder: mapDecoder({ inputShape: [2, 2, 2], filters: [1], outputShape: [4, 4, 1], ...small }),
});
const twoMaps = () => ({
  bottomEncoder: mapEncoder({ inputShape: [4, 4, 1], filters: [1], channels: 1, ...small }),
  topEncoder: mapEncoder({ inputShape: [2, 2, 1], filters: [1], channels: 2, ...small }),
  merger: mapMerger({ coarseShape: [1, 1, 2], inputShape: [2, 2, 1], channels: 2, ...small }),
  decoder: mapDecoder({
    coarseShape: [1, 1, 2],
    inputShape: [2, 2, 2],
    filters: [1],
    outputShape: [4, 4, 1],
    ...small,
  }),
});
const quantizer = asArgument(vectorQuantizer({ codes: 3, dim: 2 }));
/** A default in the place of what is not given; a number where any in its bounds will do. */
const allowed = /^options\.((?!encoder|decoder|discriminator|classifier|datasetSize)\w+: undefined|\w+: a number)$/;

const pair = () => ({ encoder, decoder, ...values() });

const CASES: Readonly<Record<string, SlipCase>> = {
  annealedVae: { args: () => [{ ...pair(), capacity: 5, gamma: 10 }], allowed },
  betaTcVae: {
    args: () => [{ ...pair(), datasetSize: 10, alpha: 1, beta: 6, gamma: 1, estimator: "weighted" }],
    allowed,
  },
  codebookHealth: {
    args: () => [
      asArgument({ codebooks: [vectorQuantizer({ dim: 2 })] }),
      { every: 10, window: 2, collapse: 0.1, used: 0.5, onFinding: () => {} },
    ],
    allowed: /^1: undefined$|^options\.\w+: undefined$|(every|window): a number$/,
  },
  conditionalVae: {
    args: () => [{ ...told, given: { label: { classes: 3 } }, ...values(), beta: 1, freeBits: 0 }],
    allowed,
  },
  hybridConditionalVae: {
    args: () => [{ ...told, given: { label: { classes: 3 } }, ...values(), alpha: 0.5 }],
    allowed,
  },
  dipVae: { args: () => [{ ...pair(), variant: "I", offDiagonal: 1, diagonal: 1 }], allowed },
  factorVae: { args: () => [{ ...pair(), discriminator, gamma: 1 }], allowed },
  infoVae: {
    args: () => [{ ...pair(), alpha: 0.5, lambda: 2, kernel: "gaussian", priorVariance: 1 }],
    allowed: new RegExp(`${allowed.source}|^options\\.alpha: a negative number$`),
  },
  iwae: { args: () => [{ ...pair(), samples: 3, gradient: "doublyReparameterised" }], allowed },
  miwae: { args: () => [{ ...pair(), samples: 2, estimates: 2 }], allowed },
  piwae: { args: () => [{ ...pair(), samples: 2, estimates: 2 }], allowed },
  ciwae: { args: () => [{ ...pair(), samples: 2, beta: 0.5 }], allowed },
  msSsimVae: { args: () => [{ ...pictures, ...values(), beta: 0.1, scales: 1, windowSize: 3 }], allowed },
  pixelVae: {
    args: () => {
      const { prior, posterior } = values();
      return [{ encoder: sight, decoder: asArgument(pixels), prior, posterior, beta: 1, freeBits: 0 }];
    },
    allowed,
  },
  hamiltonianVae: { args: () => [{ ...pair(), steps: 2, stepSize: 0.1, tempering: 0.5 }], allowed },
  hierarchicalVae: { args: () => [{ ...groups, likelihood: asArgument(bernoulli()), beta: 1, freeBits: 0 }], allowed },
  vaeGan: {
    args: () => [{ ...pair(), discriminator: judge, layer: "discriminator/hidden1", beta: 1, gamma: 1 }],
    allowed,
  },
  ladderVae: { args: () => [{ ...ladder, likelihood: asArgument(bernoulli()), beta: 1, freeBits: 0 }], allowed },
  semiSupervisedVae: { args: () => [{ ...told, classifier, ...values(), alpha: 1 }], allowed },
  latentVariableModel: { args: () => [asArgument({ owner: "mine", encoder, decoder, ...values() })] },
  vae: { args: () => [{ encoder, decoder, ...values(), beta: 1, freeBits: 0 }], allowed },
  vqVae: { args: () => [{ ...coded, quantizer, likelihood: values().likelihood }], allowed },
  vqVae2: {
    args: () => [{ ...two, topQuantizer: quantizer, bottomQuantizer: quantizer, likelihood: values().likelihood }],
    allowed,
  },
};

describeSlips("@latentkit/vae", family, CASES, {
  free: disposeOf,
});
