import type * as tf from "@tensorflow/tfjs";
import type { RandomSource } from "../random/random-source.js";
import type { GivenLike } from "./fields.js";
import type { Json } from "./json.js";

/** How draws of a prior's noise may differ from its own. */
export interface PriorDraw {
  /** Scale of the noise; 1 is the prior itself. */
  readonly temperature?: number;
  /** Largest absolute value of normal noise. */
  readonly truncation?: number | undefined;
}

/** The distribution p(z) that codes are said to come from. */
export interface Prior {
  /** Names the prior in files. */
  readonly name: string;
  /** Size of its codes; absent for priors of any size. */
  readonly latentDim?: number;
  /** Networks that it is made of, by name: a model with it lists them, as `prior.<name>`, trains, saves and frees them. */
  readonly networks?: Readonly<Record<string, tf.LayersModel>>;
  /** Draws codes: `[count, latentDim]`. */
  sample(count: number, latentDim: number, random: RandomSource, draw?: PriorDraw): tf.Tensor2D;
  /** log p(z) in nats: `[…, latentDim]` → `[…]`. */
  logDensity(z: tf.Tensor): tf.Tensor;
  /** KL(N(mean, exp(logVariance)) ‖ p) by dimension, where it has a closed form: `[batch, latentDim]`, in nats. */
  klFromGaussian?(mean: tf.Tensor2D, logVariance: tf.Tensor2D): tf.Tensor2D;
  /** Its form in files; nothing for one that files cannot hold. */
  toJSON(): Json | undefined;
}

/** Codes drawn from q(z|x). */
export interface PosteriorDraw {
  /** `[batch, latentDim]` for one draw an example, `[batch, count, latentDim]` for `count`. */
  readonly z: tf.Tensor;
  /** log q(z|x) of the draws in nats, computed when it is asked for: the shape of `z` without its last axis. */
  logDensity(): tf.Tensor;
}

/** What an encoder's outputs say of codes: the family of q(z|x). */
export interface Posterior {
  /** Names the family in files. */
  readonly name: string;
  /** What the encoder's outputs are, in their order, each `[batch, latentDim]`: `["mean", "log variance"]`. */
  readonly outputs: readonly string[];
  /** Networks that it is made of, by name: a model with it lists them, as `posterior.<name>`, trains, saves and frees them. */
  readonly networks?: Readonly<Record<string, tf.LayersModel>>;
  /** One code for each example, such as the mean. */
  code(outputs: readonly tf.Tensor2D[]): tf.Tensor2D;
  /** Draws one code an example, or `count` of them. */
  draw(outputs: readonly tf.Tensor2D[], random: RandomSource, count?: number): PosteriorDraw;
  /** KL(q(z|x) ‖ p) by dimension, `[batch, latentDim]`, where the pair has a closed form. */
  kl?(outputs: readonly tf.Tensor2D[], prior: Prior): tf.Tensor2D | undefined;
  /**
   * log q(z|x) by dimension, where dimensions are independent and codes have a density: of codes that may be others' than those of
   * `outputs`, both being broadcast against each other, `[…, latentDim]`.
   */
  logDensityByDimension?(outputs: readonly tf.Tensor[], z: tf.Tensor): tf.Tensor;
  /** Its form in files; nothing for one that files cannot hold. */
  toJSON(): Json | undefined;
}

/** Draws data from p(x|z) for given codes. */
export interface SamplesFromCodes {
  /** `[batch, latentDim]` → `[batch, …]`. */
  sampleFromCodes(z: tf.Tensor, random: RandomSource, given?: GivenLike): tf.Tensor;
}
