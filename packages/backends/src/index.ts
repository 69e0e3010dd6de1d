export { installGradients } from "./gradients/install.js";
export * from "./types.js";
export { type BackendChoice, useBackend } from "./use-backend.js";
