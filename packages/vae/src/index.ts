// Registers the layers that saved networks are made of, so that models load wherever this package is imported.
import "@latentkit/layers";

export { type ConditionalVaeOptions, conditionalVae } from "./conditional-vae.js";
export { type IwaeOptions, iwae } from "./iwae.js";
export { type LatentOptions, latentOptions } from "./latent-options.js";
export {
  type LatentPass,
  type LatentVariableBase,
  type LatentVariableCapabilities,
  type LatentVariableParts,
  latentVariableModel,
} from "./latent-variable-model.js";
export type { ConditionalVae, Iwae, LatentVariableModel, Vae } from "./types.js";
export { type VaeOptions, vae } from "./vae.js";
