import { categoricalCode, uniformCode } from "@latentkit/gan";
import { maskingNoise } from "@latentkit/layers";
import { bernoulli, gaussian, type Likelihood, vectorQuantizer } from "@latentkit/losses";
import type { OpenedData } from "../data/open-data.js";
import type { Wishes } from "./networks.js";

/** How a kind is made from a command line where it is not made as its siblings are. */
export interface Recipe {
  /** Why it is not made from a command line. */
  readonly refused?: string;
  /** Whether it needs classes. */
  readonly classes?: true;
  /** Dimensions that the data must have: 3 for pictures, 2 for sequences. */
  readonly rank?: 2 | 3;
  /** What its networks want, from its options and the data. */
  wishes?(options: Readonly<Record<string, unknown>>, data: OpenedData): Wishes;
  /** Options that no flag can say, or that the library has no default of. */
  options?(data: OpenedData, setting: { readonly latentDim: number }): Record<string, unknown>;
}

const both = (...told: Wishes["told"] & object): Pick<Recipe, "classes" | "wishes"> => ({
  classes: true,
  wishes: () => ({ told }),
});

const label = ({ classes }: OpenedData): Record<string, unknown> => ({ given: { label: { classes } } });

const JOINED = { categories: 10, numbers: 2 };

/** Kinds with a will of their own; all others are made from their specifications alone. */
export const RECIPES: Readonly<Record<string, Recipe>> = {
  adversarialAutoencoder: { wishes: () => ({ judges: "codes" }) },
  contractiveAutoencoder: { wishes: () => ({ code: "sigmoid", shallow: true }) },
  denoisingAutoencoder: { options: () => ({ corruption: maskingNoise({ rate: 0.3 }) }) },
  encoderClassifier: { refused: "it takes the encoder of a trained model: see its page" },
  geometryAutoencoder: { refused: "it needs an embedding of the data beside them: see its page" },
  greedyAutoencoder: { refused: "it is trained in stages: see its page" },
  recurrentAutoencoder: {
    rank: 2,
    wishes: (_, { data }) => ({ recurrent: "mask" in data.fields ? "masked" : "whole" }),
  },
  sparseAutoencoder: { wishes: ({ penalty = "kl" }) => (penalty === "kl" ? { code: "sigmoid" } : {}) },
  densityModel: { refused: "it is made of a prior and the codes of a trained model: see the page of priors" },
  withPrior: { refused: "it is made of a trained model: see its page" },
  conditionalVae: { ...both("encoder", "decoder"), options: label },
  hybridConditionalVae: { ...both("encoder", "decoder"), options: label },
  hierarchicalVae: { refused: "its networks are made group by group: see its page" },
  ladderVae: { refused: "its networks are made level by level: see its page" },
  pixelVae: { refused: "its decoder is an autoregressive model: see its page" },
  semiSupervisedVae: both("encoder", "decoder", "classifier"),
  factorVae: { wishes: () => ({ judges: "codes" }) },
  vqVae: {
    wishes: () => ({ maps: true }),
    options: (_, { latentDim }) => ({
      quantizer: vectorQuantizer({ codes: 128, dim: latentDim, restart: { below: 2 } }),
    }),
  },
  vqVae2: { refused: "its networks are those of two levels: see its page" },
  withCodePrior: { refused: "it is made of a trained model and a prior over its codes: see the page of vqVae" },
  auxiliaryClassifierGan: {
    classes: true,
    wishes: (_, { classes }) => ({ told: ["generator"], heads: [classes!] }),
  },
  boundaryEquilibriumGan: { refused: "its discriminator is an autoencoder: see its page" },
  conditionalGan: both("generator", "discriminator"),
  infoGan: {
    wishes: () => ({ heads: [JOINED.categories + JOINED.numbers] }),
    options: () => ({
      codes: [categoricalCode({ classes: JOINED.categories }), uniformCode({ count: JOINED.numbers })],
    }),
  },
  progressiveGan: { refused: "it is trained in stages whose pictures double: see its page" },
  styleGan: { refused: "its pictures grow from 4×4 by doublings, in three networks: see its page" },
  styleGan2: { refused: "its pictures grow from 4×4 by doublings, in three networks: see its page" },
  pairedTranslation: { refused: "it learns from pairs of pictures: see its page" },
  unpairedTranslation: { refused: "it learns from two kinds of pictures: see its page" },
  realnessGan: { wishes: ({ outcomes = 10 }) => ({ verdict: outcomes as number }) },
  gatedPixelCnn: { rank: 3 },
  imageTransformer: { rank: 3 },
  pixelCnn: { rank: 3 },
  pixelCnnPlusPlus: { rank: 3 },
  pixelRnn: { rank: 3 },
};

/** A likelihood for the data: Bernoulli for pictures, Gaussian for numbers of any size. */
export function likelihoodOf({ unit }: OpenedData): Likelihood {
  return unit ? bernoulli() : gaussian();
}
