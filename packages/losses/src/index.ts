export {
  type AdversarialLoss,
  type Critic,
  type DraganPenaltyOptions,
  draganPenalty,
  type FDivergence,
  type FDivergenceLossOptions,
  fDivergenceLoss,
  type GradientPenaltyOptions,
  gradientPenalty,
  hingeLoss,
  type LeastSquaresLossOptions,
  type LogisticLossOptions,
  leastSquaresLoss,
  minimaxLoss,
  nonSaturatingLoss,
  type RealnessLossOptions,
  r1Penalty,
  realnessLoss,
  relativisticLoss,
  wassersteinLoss,
} from "./adversarial/index.js";
export { bernoulliCrossEntropy } from "./bernoulli-cross-entropy.js";
export { categoricalCrossEntropy } from "./categorical-cross-entropy.js";
export {
  type Codebook,
  type CodebookOptions,
  type CodeDistance,
  type FiniteScalarQuantizerOptions,
  finiteScalarQuantizer,
  type Quantized,
  type Quantizer,
  type ResidualQuantizerOptions,
  type RestartOptions,
  residualQuantizer,
  type VectorQuantizerOptions,
  vectorQuantizer,
} from "./codebooks/index.js";
export {
  type AutoregressiveFlowOptions,
  inverseAutoregressiveFlow,
  maskedAutoregressiveFlow,
} from "./flows/autoregressive-flows.js";
export type { Flow, FlowPass } from "./flows/flow.js";
export { type ParametricFlowOptions, planarFlow } from "./flows/planar-flow.js";
export { radialFlow } from "./flows/radial-flow.js";
export { gaussianNegativeLogLikelihood } from "./gaussian-negative-log-likelihood.js";
export { klGaussians } from "./kl-gaussians.js";
export { klSparsity } from "./kl-sparsity.js";
export { klStandardNormal } from "./kl-standard-normal.js";
export { l1Activity } from "./l1-activity.js";
export { bernoulli } from "./likelihoods/bernoulli.js";
export { type CategoricalOptions, categorical } from "./likelihoods/categorical.js";
export {
  type DiscretizedLogisticMixtureOptions,
  discretizedLogisticMixture,
} from "./likelihoods/discretized-logistic-mixture.js";
export { type GaussianOptions, gaussian } from "./likelihoods/gaussian.js";
export type { Likelihood, PlaceLikelihood } from "./likelihoods/likelihood.js";
export { type MaximumMeanDiscrepancyOptions, maximumMeanDiscrepancy } from "./maximum-mean-discrepancy.js";
export { meanAbsoluteError } from "./mean-absolute-error.js";
export { meanSquaredError } from "./mean-squared-error.js";
export { type BinaryPosteriorOptions, binaryPosterior } from "./posteriors/binary-posterior.js";
export { type CategoricalPosteriorOptions, categoricalPosterior } from "./posteriors/categorical-posterior.js";
export { type FlowPosteriorOptions, flowPosterior } from "./posteriors/flow-posterior.js";
export { gaussianPosterior } from "./posteriors/gaussian-posterior.js";
export {
  type VonMisesFisherPosteriorOptions,
  vonMisesFisherPosterior,
} from "./posteriors/von-mises-fisher-posterior.js";
export { type WrappedNormalPosteriorOptions, wrappedNormalPosterior } from "./posteriors/wrapped-normal-posterior.js";
export { type BinaryPriorOptions, binaryPrior } from "./priors/binary-prior.js";
export { type CategoricalPriorOptions, categoricalPrior } from "./priors/categorical-prior.js";
export { type DensityModel, type DensityModelOptions, densityModel } from "./priors/density-model.js";
export {
  type FitGaussianMixtureOptions,
  type FittedMixture,
  fitGaussianMixture,
} from "./priors/fit-gaussian-mixture.js";
export { type FitRiemannianPriorOptions, fitRiemannianPrior } from "./priors/fit-riemannian-prior.js";
export { fitUniformSphere } from "./priors/fit-uniform-sphere.js";
export { type FitWrappedNormalOptions, fitWrappedNormal } from "./priors/fit-wrapped-normal.js";
export { type FlowPriorOptions, flowPrior } from "./priors/flow-prior.js";
export { type GaussianMixtureOptions, gaussianMixture } from "./priors/gaussian-mixture.js";
export { type MixturePriorOptions, mixturePrior } from "./priors/mixture-prior.js";
export { type RiemannianPrior, type RiemannianPriorOptions, riemannianPrior } from "./priors/riemannian-prior.js";
export { type SecondStagePriorOptions, type StageModel, secondStagePrior } from "./priors/second-stage-prior.js";
export { standardNormal } from "./priors/standard-normal.js";
export { type UniformSphereOptions, uniformSphere } from "./priors/uniform-sphere.js";
export { type VampPriorOptions, vampPrior } from "./priors/vamp-prior.js";
export {
  type CodedModel,
  type CodePrior,
  type WithCodePrior,
  type WithCodePriorFactory,
  type WithCodePriorOptions,
  withCodePrior,
} from "./priors/with-code-prior.js";
export {
  type BoundsUnder,
  type Decoding,
  type WithPrior,
  type WithPriorFactory,
  type WithPriorOptions,
  withPrior,
} from "./priors/with-prior.js";
export { type WrappedNormalOptions, wrappedNormal } from "./priors/wrapped-normal.js";
export type { ReconstructionLoss } from "./reconstruction-loss.js";
export { type StructuralDissimilarityOptions, structuralDissimilarity } from "./structural-dissimilarity.js";
