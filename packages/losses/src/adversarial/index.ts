export type { AdversarialLoss, Critic } from "./adversarial-loss.js";
export { adversarialLossOption } from "./adversarial-option.js";
export { type DraganPenaltyOptions, draganPenalty } from "./dragan-penalty.js";
export {
  type FDivergence,
  type FDivergenceLossOptions,
  fDivergenceLoss,
  fDivergenceOptions,
} from "./f-divergence-loss.js";
export { type GradientPenaltyOptions, gradientPenalty } from "./gradient-penalty.js";
export { hingeLoss } from "./hinge-loss.js";
export { type LeastSquaresLossOptions, leastSquaresLoss, leastSquaresOptions } from "./least-squares-loss.js";
export { type LogisticLossOptions, logisticOptions } from "./logistic.js";
export { minimaxLoss } from "./minimax-loss.js";
export { nonSaturatingLoss } from "./non-saturating-loss.js";
export { r1Penalty } from "./r1-penalty.js";
export { type RealnessLossOptions, realnessLoss, realnessOptions } from "./realness-loss.js";
export { relativisticLoss } from "./relativistic-loss.js";
export { wassersteinLoss } from "./wasserstein-loss.js";
