export {
  type CompiledModel,
  type CompileModelOptions,
  compileModel,
  type RowCapability,
} from "./compiled/compile-model.js";
export {
  CheckpointError,
  ConfigError,
  DataError,
  DeviceLostError,
  DivergenceError,
  type ErrorCode,
  LatentKitError,
  OutOfMemoryError,
  ShapeError,
  UnsupportedError,
} from "./errors.js";
export {
  type InitializerKind,
  SeededInitializer,
  type SeededInitializerOptions,
  seededInitializer,
} from "./initializers.js";
export {
  attributeDirection,
  type InterpolationPath,
  interpolate,
  interpolateCodes,
  type LatentGridOptions,
  type LatentTerms,
  latentArithmetic,
  latentGrid,
  traversalCodes,
} from "./latent/index.js";
export {
  type AnyFactory,
  type LoadOptionsOf,
  loadModel,
  type ModelFactory,
  type ModelOf,
  modelFromBytes,
  modelToBytes,
  saveModel,
} from "./model/index.js";
export { type LoadedNetworks, loadNetworks, saveNetworks } from "./model-file.js";
export type { Condition, Conditions } from "./options/index.js";
export { Random, random } from "./random/random.js";
export type { RandomSource } from "./random/random-source.js";
export type { HostTensor, SafeTensors } from "./safetensors/format.js";
export { readSafetensors } from "./safetensors/read.js";
export { writeSafetensors } from "./safetensors/write.js";
export {
  cosineSchedule,
  cyclicalSchedule,
  exponentialSchedule,
  linearSchedule,
  type NumberSpec,
  type Schedule,
  type ScheduleFactory,
  stepSchedule,
} from "./schedules/index.js";
export type { Callback, HistoryRow, TrainingEvent } from "./types/callback.js";
export type {
  BoundParts,
  BoundsLikelihood,
  Classifies,
  Conditioned,
  Decodes,
  DecodesCodes,
  Encodes,
  EncodesCodes,
  EncodesDistribution,
  HasCodes,
  HasLikelihood,
  Reconstructs,
  SampleOptions,
  SampleProgress,
  Samples,
  SamplesAtOnce,
} from "./types/capabilities.js";
export type { BatchOptions, Dataset } from "./types/dataset.js";
export type { ModelDescription } from "./types/description.js";
export type {
  Compile,
  Executor,
  InferenceFunction,
  PreparedFunction,
  PreparedStep,
  StepProgram,
} from "./types/executor.js";
export type { FieldSpec, FieldSpecs, Given, GivenLike } from "./types/fields.js";
export type { Json } from "./types/json.js";
export type {
  Posterior,
  PosteriorDraw,
  Prior,
  PriorDraw,
  PriorSurroundings,
  SamplesFromCodes,
} from "./types/latent.js";
export type {
  Batch,
  ConditionedBatch,
  DataBatch,
  LabelledBatch,
  Loss,
  Model,
  Objective,
  StepContext,
} from "./types/model.js";
export type { Support } from "./types/support.js";
