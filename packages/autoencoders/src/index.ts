export * from "./autoencoder.js";
export * from "./contractive-autoencoder.js";
export * from "./denoising-autoencoder.js";
export type { JacobianNorm } from "./internal/jacobian-norm.js";
export * from "./k-sparse-autoencoder.js";
export * from "./save-autoencoder.js";
export * from "./sparse-autoencoder.js";
export type * from "./types.js";
