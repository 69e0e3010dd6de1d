import type * as tf from "@tensorflow/tfjs";
import type { RandomSource } from "../random/random-source.js";
import type { FieldSpecs, GivenLike } from "./fields.js";

/** Says what a model is told beside the data; absent for unconditional models. */
export interface Conditioned {
  /** Conditions by name, as fields of a batch: `{ label: { shape: [null], classes: 10 } }`. */
  readonly given?: FieldSpecs;
}

/** Maps data to codes. */
export interface Encodes extends Conditioned {
  /** Size of the code. */
  readonly latentDim: number;
  /** Codes of a batch: `[batch, …]` → `[batch, latentDim]`. A probabilistic encoder gives the mean. */
  encode(x: tf.Tensor, given?: GivenLike): tf.Tensor2D;
}

/** Maps codes to data. */
export interface Decodes extends Conditioned {
  /** Size of the code. */
  readonly latentDim: number;
  /** Data of a batch of codes: `[batch, latentDim]` → `[batch, …]`. A probabilistic decoder gives the mean. */
  decode(z: tf.Tensor, given?: GivenLike): tf.Tensor;
}

/** Codes that are whole numbers: how many places an example has, and which numbers they hold. */
export interface HasCodes extends Conditioned {
  /** Shape of an example's codes: `[7, 7, 1]`, or `[7, 7, 4]` for four numbers a place. */
  readonly codeShape: readonly number[];
  /** Numbers that a code can be, from 0 to `codeCount − 1`. */
  readonly codeCount: number;
}

/** Maps data to code numbers. */
export interface EncodesCodes extends HasCodes {
  /** Code numbers of a batch: `[batch, …]` → `[batch, …codeShape]`, int32. */
  encodeCodes(x: tf.Tensor, given?: GivenLike): tf.Tensor;
}

/** Maps code numbers to data. */
export interface DecodesCodes extends HasCodes {
  /** The vectors that code numbers stand for, as `decode` takes them: `[batch, …codeShape]` → `[batch, latentDim]`. */
  embedCodes(codes: tf.Tensor): tf.Tensor2D;
  /** Data of a batch of code numbers: `[batch, …codeShape]` → `[batch, …]`, the mean of p(x|z). */
  decodeCodes(codes: tf.Tensor, given?: GivenLike): tf.Tensor;
}

/** Passes data through the code and back. */
export interface Reconstructs extends Conditioned {
  /** Reconstruction of a batch, with the shape of `x`. */
  reconstruct(x: tf.Tensor, given?: GivenLike): tf.Tensor;
}

/** What is to be drawn. A model refuses what it has no meaning for. */
export interface SampleOptions {
  /** Examples to draw, an integer ≥ 1. */
  readonly count: number;
  /** Where the noise comes from; the same stream at the same position gives the same samples. Default `random(0)`. */
  readonly random?: RandomSource;
  /** Conditions by name: `{ label: 7 }`, `{ label: [7, 7, 3] }`. Default drawn like those of balanced data. */
  readonly given?: GivenLike;
  /**
   * `mean` (default) shows the mean of p(x|z), which is what most pictures in papers are; `distribution` draws from it as
   * well, which is what a draw from the model is.
   */
  readonly from?: "mean" | "distribution";
  /** Scale of the prior's noise, ≥ 0: below 1 more typical examples, above 1 more varied ones. Default 1. */
  readonly temperature?: number;
  /** Largest absolute value of a prior's normal noise; further draws are wrapped back inside. Default none. */
  readonly truncation?: number;
  /** Ends a draw that takes long. */
  readonly signal?: AbortSignal;
  /** Values that are not drawn but kept, one example for all or `count` of them: `[1, …]` or `[count, …]`. With `mask`. */
  readonly known?: tf.Tensor;
  /** 1 where `known` is kept, 0 where values are drawn: an example's shape, or only its first axes, `[height, width]`. */
  readonly mask?: tf.Tensor;
  /** Told now and then how far a draw has come. */
  readonly onProgress?: (progress: SampleProgress) => void;
}

/** How far a draw that goes place by place has come. */
export interface SampleProgress {
  /** Places that are drawn, over all examples. */
  readonly done: number;
  /** Places in all. */
  readonly total: number;
  /** What there is of the examples, zeros where nothing is drawn yet: `[count, …]`, which the caller disposes. */
  picture(): tf.Tensor;
}

/** Draws new data. */
export interface Samples extends Conditioned {
  /**
   * Draws examples: `[count, …]`. A model that draws step by step gives a promise.
   *
   * @param options - What to draw; a number alone is its `count`.
   * @param random - The stream, beside a count alone.
   * @throws ConfigError for a count that is no integer ≥ 1, or an option that the model has no meaning for.
   */
  sample(options: SampleOptions | number, random?: RandomSource): tf.Tensor | Promise<tf.Tensor>;
}

/** Draws new data at once. */
export interface SamplesAtOnce extends Samples {
  sample(options: SampleOptions | number, random?: RandomSource): tf.Tensor;
}

/** Gives each example a diagonal Gaussian over codes. */
export interface EncodesDistribution extends Conditioned {
  /** Mean and log variance of q(z|x): `[batch, latentDim]` each. */
  posterior(x: tf.Tensor, given?: GivenLike): { readonly mean: tf.Tensor2D; readonly logVariance: tf.Tensor2D };
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
export interface BoundsLikelihood extends Conditioned {
  /** The bound of each example of a batch with one posterior sample each. */
  elbo(x: tf.Tensor, random: RandomSource, given?: GivenLike): BoundParts;
  /**
   * Logarithms of `count` importance weights an example, `log p(x, z) − log q(z|x)` with z ~ q(z|x): `[batch, count]`, in
   * nats. The mean of the weights estimates p(x).
   */
  logImportanceWeights(x: tf.Tensor, count: number, random: RandomSource, given?: GivenLike): tf.Tensor2D;
}

/** Gives the exact log-likelihood. */
export interface HasLikelihood extends Conditioned {
  /** log p(x) of each example: `[batch]`, in nats. */
  logLikelihood(x: tf.Tensor, given?: GivenLike): tf.Tensor1D;
}

/** Tells classes apart. */
export interface Classifies {
  /** Number of classes. */
  readonly classes: number;
  /** Unnormalised log-probabilities: `[batch, classes]`. */
  classify(x: tf.Tensor): tf.Tensor2D;
}
