// Registers the layers that saved networks are made of, so that models load wherever this package is imported.
import "@latentkit/layers";

export { type AuxiliaryClassifierGanOptions, auxiliaryClassifierGan } from "./auxiliary-classifier-gan.js";
export {
  type BoundaryEquilibriumGan,
  type BoundaryEquilibriumGanOptions,
  boundaryEquilibriumGan,
} from "./boundary-equilibrium-gan.js";
export { categoricalCode } from "./codes/categorical-code.js";
export type { LatentCode } from "./codes/latent-code.js";
export { type UniformCodeOptions, uniformCode } from "./codes/uniform-code.js";
export { type ConditionalGanOptions, conditionalGan } from "./conditional-gan.js";
export {
  type DiagnosedModel,
  dualityGap,
  type GanDiagnostics,
  type GanDiagnosticsOptions,
  type GanFinding,
  type GanLimits,
  type GanMeasurement,
  ganDiagnostics,
} from "./diagnostics/index.js";
export { type FGanOptions, fGan } from "./f-gan.js";
export { gan } from "./gan.js";
export { hingeGan } from "./hinge-gan.js";
export { type InfoGan, type InfoGanOptions, infoGan } from "./info-gan.js";
export { type LeastSquaresGanOptions, leastSquaresGan } from "./least-squares-gan.js";
export { type MinimaxGanOptions, minimaxGan } from "./minimax-gan.js";
export { type NonSaturatingGanOptions, nonSaturatingGan } from "./non-saturating-gan.js";
export {
  type PairedBatch,
  type PairedTranslation,
  type PairedTranslationOptions,
  pairedTranslation,
} from "./paired-translation.js";
export {
  type DraganTermOptions,
  draganTerm,
  type GradientPenaltyTermOptions,
  gradientPenaltyTerm,
  type PenaltyTerm,
  type PenaltyTermOptions,
  type PenaltyWeight,
  penaltyTerms,
  r1r2Term,
  r1Term,
} from "./penalty-terms.js";
export { type ProgressiveGanOptions, progressiveGan } from "./progressive-gan.js";
export { type RealnessGanOptions, realnessGan } from "./realness-gan.js";
export { type RelativisticGanOptions, relativisticGan } from "./relativistic-gan.js";
export { type ReplayBuffer, type ReplayOptions, replayBuffer } from "./replay.js";
export { type StandingStatisticsOptions, standingStatistics } from "./standing-statistics.js";
export { type StyleGanOptions, styleGan } from "./style-gan.js";
export { type StyleGan2Options, styleGan2 } from "./style-gan2.js";
export type { StyleGan, StyleGanBaseOptions, SynthesisOptions } from "./style-types.js";
export type { AdversarialOptions, ConditionalGan, Discriminates, Gan, GanOptions, NoisePrior } from "./types.js";
export {
  type UnpairedBatch,
  type UnpairedTranslation,
  type UnpairedTranslationOptions,
  unpairedTranslation,
} from "./unpaired-translation.js";
export {
  type DifferentiableAugmentationOptions,
  differentiableAugmentation,
} from "./views/differentiable-augmentation.js";
export type { ExampleView } from "./views/example-view.js";
export { type InstanceNoiseOptions, instanceNoise } from "./views/instance-noise.js";
export { type RandomAffineOptions, randomAffine } from "./views/random-affine.js";
export { type WassersteinGanOptions, wassersteinGan } from "./wasserstein-gan.js";
export { type WassersteinGanGpOptions, wassersteinGanGp } from "./wasserstein-gan-gp.js";
