// Registers the layers that saved networks are made of, so that models load wherever this package is imported.
import "@latentkit/layers";

export { type AnnealedVaeOptions, annealedVae } from "./annealed-vae.js";
export { type BetaTcVaeOptions, betaTcVae } from "./beta-tc-vae.js";
export { type CiwaeOptions, ciwae } from "./ciwae.js";
export {
  type CodebookFinding,
  type CodebookHealth,
  type CodebookHealthOptions,
  type CodebookMeasurement,
  codebookHealth,
} from "./codebook-health.js";
export { type ConditionalVaeOptions, conditionalVae } from "./conditional-vae.js";
export { type DipVaeOptions, dipVae } from "./dip-vae.js";
export { type FactorVae, type FactorVaeOptions, factorVae } from "./factor-vae.js";
export { type HamiltonianVae, type HamiltonianVaeOptions, hamiltonianVae } from "./hamiltonian-vae.js";
export { type HierarchicalVae, type HierarchicalVaeOptions, hierarchicalVae } from "./hierarchical-vae.js";
export { type HybridConditionalVaeOptions, hybridConditionalVae } from "./hybrid-conditional-vae.js";
export { type InfoVaeOptions, infoVae } from "./info-vae.js";
export type { AggregateEstimator } from "./internal/aggregate-density.js";
export { type IwaeOptions, iwae } from "./iwae.js";
export { type LadderVae, type LadderVaeOptions, ladderVae } from "./ladder-vae.js";
export { type LatentOptions, latentOptions } from "./latent-options.js";
export {
  type CodeEntry,
  type LatentPass,
  type LatentVariableBase,
  type LatentVariableCapabilities,
  type LatentVariableParts,
  latentVariableModel,
  type Refine,
} from "./latent-variable-model.js";
export { type MiwaeOptions, miwae } from "./miwae.js";
export { type MsSsimVaeOptions, msSsimVae } from "./ms-ssim-vae.js";
export { type PiwaeOptions, piwae } from "./piwae.js";
export { type PixelVae, type PixelVaeOptions, pixelVae, type TellableModel } from "./pixel-vae.js";
export { type SemiSupervisedVae, type SemiSupervisedVaeOptions, semiSupervisedVae } from "./semi-supervised-vae.js";
export type {
  CodeModel,
  ConditionalVae,
  Iwae,
  LatentVariableModel,
  LatentVariableModelOf,
  Vae,
  VqVae,
  VqVae2,
} from "./types.js";
export { type VaeOptions, vae } from "./vae.js";
export { type VaeGan, type VaeGanOptions, vaeGan } from "./vae-gan.js";
export { type VqVaeOptions, vqVae } from "./vq-vae.js";
export { type VqVae2Options, vqVae2 } from "./vq-vae2.js";
