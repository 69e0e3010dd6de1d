// Registers the layers that saved networks are made of, so that models load wherever this package is imported.
import "@latentkit/layers";

export * from "./adversarial-autoencoder.js";
export * from "./autoencoder.js";
export * from "./contractive-autoencoder.js";
export * from "./conv-autoencoder.js";
export * from "./denoising-autoencoder.js";
export * from "./encoder-classifier.js";
export * from "./geometry-autoencoder.js";
export * from "./greedy-autoencoder.js";
export type { JacobianNorm } from "./internal/jacobian-norm.js";
export * from "./k-sparse-autoencoder.js";
export * from "./linear-autoencoder.js";
export * from "./recurrent-autoencoder.js";
export * from "./sparse-autoencoder.js";
export * from "./stacked-autoencoder.js";
export * from "./tied-autoencoder.js";
export type * from "./types.js";
export * from "./wasserstein-autoencoder.js";
