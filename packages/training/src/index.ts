export { abortOnInterrupt } from "./abort-on-interrupt.js";
export { type EarlyStoppingOptions, earlyStopping } from "./callbacks/early-stopping.js";
export { type JsonLinesOptions, jsonLines } from "./callbacks/json-lines.js";
export { type ProgressBarOptions, progressBar } from "./callbacks/progress-bar.js";
export { folderStore } from "./checkpoints/folder-store.js";
export { indexedDbStore } from "./checkpoints/indexed-db-store.js";
export { memoryStore } from "./checkpoints/memory-store.js";
export type { CheckpointFiles, CheckpointStore } from "./checkpoints/store.js";
export { type AdamOptions, adam } from "./optimizers/adam.js";
export type { Optimizer, ParameterGroup, UpdatedGroup } from "./optimizers/optimizer.js";
export { type RmspropOptions, rmsprop } from "./optimizers/rmsprop.js";
export { type SgdOptions, sgd } from "./optimizers/sgd.js";
export type { CheckpointOptions, TrainOptions, TrainResult } from "./options.js";
export type { WeightAverages } from "./run/averages.js";
export { eager } from "./run/eager.js";
export type { Difference } from "./run/identity.js";
export type { ValidationOptions } from "./run/validate.js";
export { resume, train } from "./train.js";
export {
  type Stage,
  type StageCheckpoints,
  type StageMaker,
  type StagesResult,
  type TrainStagesOptions,
  trainStages,
} from "./train-stages.js";
