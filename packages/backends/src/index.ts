export { assertTrainable, type TrainableOptions } from "./assert-trainable.js";
export { type BackendMemory, memory } from "./device/memory.js";
export { installGradients } from "./gradients/install.js";
export { BACKENDS, type BackendName, type ConcreteBackend } from "./types.js";
export { type BackendChoice, type Candidate, type UseBackendOptions, useBackend } from "./use-backend.js";
