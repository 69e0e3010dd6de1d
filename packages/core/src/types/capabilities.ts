import type * as tf from "@tensorflow/tfjs";
import type { RandomSource } from "../random/random-source.js";

/** Maps data to codes. */
export interface Encodes {
  /** Size of the code. */
  readonly latentDim: number;
  /** Codes of a batch: `[batch, …]` → `[batch, latentDim]`. A probabilistic encoder gives the mean. */
  encode(x: tf.Tensor): tf.Tensor2D;
}

/** Maps codes to data. */
export interface Decodes {
  /** Size of the code. */
  readonly latentDim: number;
  /** Data of a batch of codes: `[batch, latentDim]` → `[batch, …]`. A probabilistic decoder gives the mean. */
  decode(z: tf.Tensor): tf.Tensor;
}

/** Passes data through the code and back. */
export interface Reconstructs {
  /** Reconstruction of a batch, with the shape of `x`. */
  reconstruct(x: tf.Tensor): tf.Tensor;
}

/** Draws new data. */
export interface Samples {
  /**
   * Draws `count` examples: `[count, …]`.
   *
   * @param random - Where the noise comes from; the same stream at the same position gives the same samples.
   */
  sample(count: number, random: RandomSource): tf.Tensor;
}

/** Gives each example a diagonal Gaussian over codes. */
export interface EncodesDistribution {
  /** Mean and log variance of q(z|x): `[batch, latentDim]` each. */
  posterior(x: tf.Tensor): { readonly mean: tf.Tensor2D; readonly logVariance: tf.Tensor2D };
}

/** The evidence lower bound and its parts, `[batch]` each, in nats: `elbo = −reconstruction − kl`. */
export interface BoundParts {
  readonly elbo: tf.Tensor1D;
  /** Negative expected log-likelihood, −E[log p(x|z)]. */
  readonly reconstruction: tf.Tensor1D;
  /** KL(q(z|x) ‖ p(z)). */
  readonly kl: tf.Tensor1D;
}

/** Bounds log p(x) from below. */
export interface BoundsLikelihood {
  /** The bound of each example of a batch with one posterior sample each. */
  elbo(x: tf.Tensor, random: RandomSource): BoundParts;
  /**
   * Logarithms of `count` importance weights an example, `log p(x, z) − log q(z|x)` with z ~ q(z|x): `[batch, count]`, in
   * nats. The mean of the weights estimates p(x).
   */
  logImportanceWeights(x: tf.Tensor, count: number, random: RandomSource): tf.Tensor2D;
}

/** Gives the exact log-likelihood. */
export interface HasLikelihood {
  /** log p(x) of each example: `[batch]`, in nats. */
  logLikelihood(x: tf.Tensor): tf.Tensor1D;
}

/** Tells classes apart. */
export interface Classifies {
  /** Number of classes. */
  readonly classes: number;
  /** Unnormalised log-probabilities: `[batch, classes]`. */
  classify(x: tf.Tensor): tf.Tensor2D;
}
