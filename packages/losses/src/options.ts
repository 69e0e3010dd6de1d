import type { Json, Posterior, Prior } from "@latentkit/core";
import { either, functionOf, type Option, type ValueFactory, value } from "@latentkit/core/authoring";
import { finiteScalarQuantizer, type Quantizer, residualQuantizer, vectorQuantizer } from "./codebooks/index.js";
import { bernoulli } from "./likelihoods/bernoulli.js";
import { discretizedLogisticMixture } from "./likelihoods/discretized-logistic-mixture.js";
import { likelihoodFromJSON } from "./likelihoods/from-json.js";
import { gaussian } from "./likelihoods/gaussian.js";
import type { Likelihood } from "./likelihoods/likelihood.js";
import { meanAbsoluteError } from "./mean-absolute-error.js";
import { meanSquaredError } from "./mean-squared-error.js";
import { binaryPosterior } from "./posteriors/binary-posterior.js";
import { categoricalPosterior } from "./posteriors/categorical-posterior.js";
import { flowPosterior } from "./posteriors/flow-posterior.js";
import { gaussianPosterior } from "./posteriors/gaussian-posterior.js";
import { vonMisesFisherPosterior } from "./posteriors/von-mises-fisher-posterior.js";
import { wrappedNormalPosterior } from "./posteriors/wrapped-normal-posterior.js";
import { binaryPrior } from "./priors/binary-prior.js";
import { categoricalPrior } from "./priors/categorical-prior.js";
import { flowPrior } from "./priors/flow-prior.js";
import { gaussianMixture } from "./priors/gaussian-mixture.js";
import { mixturePrior } from "./priors/mixture-prior.js";
import { riemannianPrior } from "./priors/riemannian-prior.js";
import { secondStagePrior } from "./priors/second-stage-prior.js";
import { standardNormal } from "./priors/standard-normal.js";
import { uniformSphere } from "./priors/uniform-sphere.js";
import { vampPrior } from "./priors/vamp-prior.js";
import { wrappedNormal } from "./priors/wrapped-normal.js";
import type { ReconstructionLoss } from "./reconstruction-loss.js";

const has =
  (...methods: string[]) =>
  (given: unknown): boolean =>
    methods.every((method) => typeof (given as Record<string, unknown> | null)?.[method] === "function");

const LIKELIHOODS: Readonly<Record<string, (() => Likelihood) | undefined>> = {
  bernoulli,
  gaussian,
  categorical: undefined,
  discretizedLogisticMixture,
};

/** An option that is a {@link Likelihood}. Default `bernoulli()`. */
export function likelihoodOption(): Option<Likelihood, "defaulted"> {
  const factories = Object.entries(LIKELIHOODS).map(
    ([valueName, make]): ValueFactory<Likelihood> => ({
      valueName,
      specification: {},
      fromJSON: (json: Json) => likelihoodFromJSON(json),
      byName: () => make?.(),
    }),
  );
  return value<Likelihood>({
    expected: "a likelihood such as bernoulli()",
    accepts: has("negativeLogLikelihood", "mean", "sample"),
    factories,
    default: bernoulli(),
  });
}

/** An option that is a {@link Prior}. Default `standardNormal()`. */
export function priorOption(): Option<Prior, "defaulted"> {
  return value<Prior>({
    expected: "a prior such as standardNormal()",
    accepts: has("sample", "logDensity"),
    factories: [
      ...[standardNormal, gaussianMixture, mixturePrior, flowPrior, vampPrior, riemannianPrior, secondStagePrior],
      ...[binaryPrior, categoricalPrior, uniformSphere, wrappedNormal],
    ],
    default: standardNormal(),
  });
}

/** An option that is a {@link Posterior}. Default `gaussianPosterior()`. */
export function posteriorOption(): Option<Posterior, "defaulted"> {
  return value<Posterior>({
    expected: "a posterior such as gaussianPosterior()",
    accepts: has("code", "draw"),
    factories: [
      gaussianPosterior,
      binaryPosterior,
      categoricalPosterior,
      flowPosterior,
      vonMisesFisherPosterior,
      wrappedNormalPosterior,
    ],
    default: gaussianPosterior(),
  });
}

/** An option that is a {@link Quantizer}. */
export function quantizerOption(): Option<Quantizer, "required"> {
  return value<Quantizer>({
    expected: "a quantiser such as vectorQuantizer({ dim: 16 })",
    accepts: has("create"),
    factories: [vectorQuantizer, residualQuantizer, finiteScalarQuantizer],
  });
}

/** An option that is a reconstruction loss or a {@link Likelihood}. Default `meanSquaredError`. */
export function reconstructionOption(): Option<ReconstructionLoss | Likelihood, "defaulted"> {
  const losses = functionOf<ReconstructionLoss>("a function of data and reconstruction such as meanSquaredError", {
    meanSquaredError,
    meanAbsoluteError,
  });
  return either<ReconstructionLoss, Likelihood>(losses, likelihoodOption(), { default: meanSquaredError }) as Option<
    ReconstructionLoss | Likelihood,
    "defaulted"
  >;
}
