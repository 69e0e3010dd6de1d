export { describeBounds, type NumberBounds } from "./bounds.js";
export { Breather } from "./breather.js";
export { type Checker, check, checkShape, type ExpectedShape, outputShape, showShape } from "./check.js";
export { checkSupport } from "./check-support.js";
export { checkTensor } from "./check-tensor.js";
export { type CheckpointLayout, checkpointLayout } from "./checkpoint-layout.js";
export {
  fetchHeld,
  type HostValues,
  holderOf,
  holdVariable,
  hostTensor,
  type ValueHolder,
} from "./held/held-values.js";
export {
  checkConditionInputs,
  checkEncoderDecoder,
  type EncoderDecoderExpectations,
  normalQuantile,
} from "./latent/index.js";
export { type LinkedLayer, linkLayers } from "./linked-layers.js";
export {
  checkFields,
  conditionInputs,
  defineModel,
  drawGiven,
  givenOf,
  givenRows,
  hold,
  type ModelParts,
  type SamplePart,
  type SampleRequest,
  sampleRequest,
} from "./model/index.js";
export { decodeNetworks, encodeNetworks, networksHeader } from "./model-file.js";
export { type ApplyMode, allVariables, apply, applyAll, disposeNetworks, trainableVariables } from "./networks.js";
export { maxOf, minOf } from "./ops/extremes.js";
export { oneHot } from "./ops/one-hot.js";
export { reparameterize } from "./ops/reparameterize.js";
export { sizeOf } from "./ops/size-of.js";
export { smoothErf, smoothExp, smoothLogSumExp, smoothSigmoid, smoothSoftplus, smoothTanh } from "./ops/smooth.js";
export { stopGradient } from "./ops/stop-gradient.js";
export {
  type StructuralSimilarity,
  type StructuralSimilarityOptions,
  structuralSimilarity,
} from "./ops/structural-similarity.js";
export {
  type Absent,
  abortSignal,
  choice,
  conditionFields,
  conditions,
  type Defaulted,
  type Defaults,
  defineValue,
  either,
  flag,
  functionOf,
  group,
  instance,
  integer,
  layer,
  listOf,
  model,
  type NamesOf,
  type Needed,
  type NumberOptions,
  network,
  networks,
  number,
  numbers,
  type Option,
  type OptionsOf,
  optional,
  type Presence,
  type ReadContext,
  type Resolved,
  resolveOptions,
  type SizesOptions,
  type Specification,
  type SpecificationOf,
  schedule,
  sizes,
  type TextOptions,
  text,
  type ValueFactory,
  type ValueFactoryOf,
  type ValueOf,
  type ValueOptions,
  value,
  type Written,
  withDefault,
} from "./options/index.js";
export { inNode } from "./platform.js";
export { printable } from "./printable.js";
export { checkRandom } from "./random/check-random.js";
export { bernoulliNoise, categoricalNoise } from "./random/distributions.js";
export { philox } from "./random/philox.js";
export { truncatedNormal } from "./random/truncated-normal.js";
export { compileEagerly, runEagerly } from "./run-eagerly.js";
export { scheduleFromJSON, scheduleFromText, scheduleToJSON, valueAt } from "./schedules/index.js";
export { sha256 } from "./sha256.js";
export { currentRandom, currentStep, withRandom, withStep } from "./step/ambient.js";
export { stepContext } from "./step/step-context.js";
export { assignVariables, namedWeights, readVariables } from "./variables.js";
export { compileFirst } from "./wasm-module.js";
