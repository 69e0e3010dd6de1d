// Registers the layers that saved networks are made of, so that models load wherever this package is imported.
import "@latentkit/layers";

export {
  type AdversarialAutoencoder,
  type AdversarialAutoencoderOptions,
  adversarialAutoencoder,
} from "./adversarial-autoencoder.js";
export { autoencoder } from "./autoencoder.js";
export { type ContractiveAutoencoderOptions, contractiveAutoencoder } from "./contractive-autoencoder.js";
export { type ConvAutoencoderOptions, convAutoencoder } from "./conv-autoencoder.js";
export { type DenoisingAutoencoderOptions, denoisingAutoencoder } from "./denoising-autoencoder.js";
export { type EncoderClassifier, type EncoderClassifierOptions, encoderClassifier } from "./encoder-classifier.js";
export { type GeometryAutoencoderOptions, type GeometryBatch, geometryAutoencoder } from "./geometry-autoencoder.js";
export {
  type GreedyAutoencoder,
  type GreedyAutoencoderOptions,
  greedyAutoencoder,
  type StageBatch,
} from "./greedy-autoencoder.js";
export type { JacobianNorm } from "./internal/jacobian-norm.js";
export { type KSparseAutoencoderOptions, kSparseAutoencoder } from "./k-sparse-autoencoder.js";
export { type LinearAutoencoderOptions, linearAutoencoder } from "./linear-autoencoder.js";
export {
  type RecurrentAutoencoder,
  type RecurrentAutoencoderOptions,
  recurrentAutoencoder,
  type SequenceBatch,
} from "./recurrent-autoencoder.js";
export {
  type DecoderRegularizer,
  type RegularizedAutoencoderOptions,
  regularizedAutoencoder,
} from "./regularized-autoencoder.js";
export { type SparseAutoencoderOptions, sparseAutoencoder } from "./sparse-autoencoder.js";
export { type StackedAutoencoderOptions, stackedAutoencoder } from "./stacked-autoencoder.js";
export { type TiedAutoencoderOptions, tiedAutoencoder } from "./tied-autoencoder.js";
export type { Autoencoder, AutoencoderOptions } from "./types.js";
export {
  type WassersteinAutoencoder,
  type WassersteinAutoencoderOptions,
  wassersteinAutoencoder,
} from "./wasserstein-autoencoder.js";
