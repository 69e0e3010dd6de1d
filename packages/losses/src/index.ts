export * from "./adversarial/index.js";
export * from "./bernoulli-cross-entropy.js";
export * from "./categorical-cross-entropy.js";
export * from "./gaussian-negative-log-likelihood.js";
export * from "./kl-gaussians.js";
export * from "./kl-sparsity.js";
export * from "./kl-standard-normal.js";
export * from "./l1-activity.js";
export * from "./likelihoods/bernoulli.js";
export * from "./likelihoods/categorical.js";
export * from "./likelihoods/discretized-logistic-mixture.js";
export * from "./likelihoods/from-json.js";
export * from "./likelihoods/gaussian.js";
export type * from "./likelihoods/likelihood.js";
export * from "./mean-absolute-error.js";
export * from "./mean-squared-error.js";
export {
  likelihoodOption,
  posteriorOption,
  priorOption,
  type ReconstructionLoss,
  reconstructionOption,
} from "./options.js";
export * from "./posteriors/gaussian-posterior.js";
export * from "./priors/fit-gaussian-mixture.js";
export * from "./priors/gaussian-mixture.js";
export * from "./priors/standard-normal.js";
export * from "./priors/with-prior.js";
