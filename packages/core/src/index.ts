export { describeBounds, type NumberBounds } from "./bounds.js";
export { Breather } from "./breather.js";
export * from "./check.js";
export { checkSupport } from "./check-support.js";
export { checkTensor } from "./check-tensor.js";
export * from "./errors.js";
export {
  fetchHeld,
  type HostValues,
  holderOf,
  holdVariable,
  hostTensor,
  type ValueHolder,
} from "./held/held-values.js";
export * from "./initializers.js";
export * from "./latent/index.js";
export { type LinkedLayer, linkLayers } from "./linked-layers.js";
export * from "./model/index.js";
export * from "./model-file.js";
export * from "./networks.js";
export { maxOf, minOf } from "./ops/extremes.js";
export { oneHot } from "./ops/one-hot.js";
export { sizeOf } from "./ops/size-of.js";
export * from "./ops/smooth.js";
export { stopGradient } from "./ops/stop-gradient.js";
export * from "./options/index.js";
export { inNode } from "./platform.js";
export { printable } from "./printable.js";
export { bernoulliNoise, categoricalNoise } from "./random/distributions.js";
export { philox } from "./random/philox.js";
export { Random, random } from "./random/random.js";
export type { RandomSource } from "./random/random-source.js";
export { truncatedNormal } from "./random/truncated-normal.js";
export * from "./run-eagerly.js";
export type { HostTensor, SafeTensors } from "./safetensors/format.js";
export { readSafetensors } from "./safetensors/read.js";
export { writeSafetensors } from "./safetensors/write.js";
export * from "./schedules/index.js";
export { sha256 } from "./sha256.js";
export { currentRandom, currentStep, withRandom, withStep } from "./step/ambient.js";
export { stepContext } from "./step/step-context.js";
export type * from "./types/callback.js";
export type * from "./types/capabilities.js";
export type * from "./types/dataset.js";
export type * from "./types/description.js";
export type * from "./types/executor.js";
export type * from "./types/fields.js";
export type * from "./types/json.js";
export type * from "./types/latent.js";
export type * from "./types/model.js";
export type * from "./types/support.js";
export { assignVariables, namedWeights, readVariables } from "./variables.js";
