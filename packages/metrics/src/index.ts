export { type ClassCoverage, type ClassCoverageOptions, classCoverage } from "./coverage/class-coverage.js";
export { type DensityCoverage, type DensityCoverageOptions, densityCoverage } from "./coverage/density-coverage.js";
export { type MixtureCoverage, type MixtureCoverageOptions, mixtureCoverage } from "./coverage/mixture-coverage.js";
export { type BetaVaeScore, type BetaVaeScoreOptions, betaVaeScore } from "./disentanglement/beta-vae-score.js";
export { type Dci, type DciOptions, dci } from "./disentanglement/dci.js";
export {
  type FactorVaeScore,
  type FactorVaeScoreOptions,
  factorVaeScore,
} from "./disentanglement/factor-vae-score.js";
export {
  type ModularityExplicitness,
  type ModularityExplicitnessOptions,
  modularityExplicitness,
} from "./disentanglement/modularity-explicitness.js";
export {
  type MutualInformationGap,
  type MutualInformationGapOptions,
  mutualInformationGap,
} from "./disentanglement/mutual-information-gap.js";
export { type SapScore, type SapScoreOptions, sapScore } from "./disentanglement/sap-score.js";
export { type TotalCorrelationOptions, totalCorrelation } from "./disentanglement/total-correlation.js";
export {
  type RankedModel,
  type UnsupervisedDisentanglementRanking,
  type UnsupervisedDisentanglementRankingOptions,
  unsupervisedDisentanglementRanking,
} from "./disentanglement/unsupervised-disentanglement-ranking.js";
export { type DigitClassifier, digitClassifier } from "./features/digit-classifier.js";
export type { FeatureFunction } from "./internal/collect-features.js";
export type { FactorExamples, FactorScoreOptions } from "./internal/disentanglement/factor-codes.js";
export type { Examples } from "./internal/each-batch.js";
export type { ReadingOptions } from "./internal/options.js";
export { type ActiveUnits, type ActiveUnitsOptions, activeUnits } from "./latent/active-units.js";
export {
  type EncodeDatasetOptions,
  type EncodedDataset,
  encodeDataset,
} from "./latent/encode-dataset.js";
export type { LabelledCodes } from "./latent/labelled-codes.js";
export { type LinearProbe, type LinearProbeOptions, linearProbe } from "./latent/linear-probe.js";
export { bitsPerDimension } from "./likelihood/bits-per-dimension.js";
export {
  type EvidenceLowerBound,
  type EvidenceLowerBoundOptions,
  evidenceLowerBound,
} from "./likelihood/evidence-lower-bound.js";
export {
  type ImportanceWeightedLogLikelihood,
  type ImportanceWeightedLogLikelihoodOptions,
  importanceWeightedLogLikelihood,
} from "./likelihood/importance-weighted-log-likelihood.js";
export { type LogLikelihoodOptions, logLikelihood } from "./likelihood/log-likelihood.js";
export { principalAngles, type Spanning } from "./linear-algebra/principal-angles.js";
export {
  type PrincipalComponents,
  type PrincipalComponentsOptions,
  principalComponents,
} from "./linear-algebra/principal-components.js";
export { type IsomapOptions, isomap } from "./manifold/isomap.js";
export {
  type ManifoldPrecision,
  type ManifoldPrecisionOptions,
  manifoldPrecision,
} from "./manifold/manifold-precision.js";
export { type LatentRegion, type SampleCodesOptions, sampleCodes } from "./manifold/sample-codes.js";
export { type SamplePrecision, type SamplePrecisionOptions, samplePrecision } from "./manifold/sample-precision.js";
export { type AnomalyScore, type AnomalyScoresOptions, anomalyScores } from "./reconstruction/anomaly-scores.js";
export { type PsnrOptions, psnr } from "./reconstruction/psnr.js";
export {
  type ReconstructionErrorOptions,
  reconstructionError,
} from "./reconstruction/reconstruction-error.js";
export {
  type ReconstructionQuality,
  type ReconstructionQualityOptions,
  reconstructionQuality,
} from "./reconstruction/reconstruction-quality.js";
export { ssim } from "./reconstruction/ssim.js";
export type { SsimOptions } from "./reconstruction/ssim-options.js";
export { type ClassifierScoreOptions, classifierScore } from "./samples/classifier-score.js";
export { type FeatureMetricOptions, featureMoments, frechetDistance } from "./samples/frechet-distance.js";
export { frechetDistanceOfMoments, type GaussianMoments } from "./samples/frechet-distance-of-moments.js";
export { type KernelDistanceOptions, kernelDistance } from "./samples/kernel-distance.js";
export { type SlicedWassersteinOptions, slicedWasserstein } from "./samples/sliced-wasserstein.js";
export { auroc } from "./statistics/auroc.js";
export type { Estimate, ExampleEstimate } from "./statistics/estimate.js";
export { rankCorrelation } from "./statistics/rank-correlation.js";
