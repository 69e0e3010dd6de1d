import type * as tf from "@tensorflow/tfjs";
import type { ExpectedShape } from "../check.js";
import type { RandomSource } from "../random/random-source.js";
import type { GivenLike } from "./fields.js";
import type { Json } from "./json.js";
import type { StepContext } from "./model.js";

/** How draws of a prior's noise may differ from its own. */
export interface PriorDraw {
  /** Scale of the noise; 1 is the prior itself. */
  readonly temperature?: number;
  /** Largest absolute value of normal noise. */
  readonly truncation?: number | undefined;
}

/** What a prior may use of the model that it is the prior of. */
export interface PriorSurroundings {
  /** Shape of the data, batch axis included. */
  readonly dataShape: ExpectedShape;
  /** The family of the model's q(z|x). */
  readonly posterior: Posterior;
  /** The encoder's outputs for data `[rows, …]`, through which gradients pass. */
  infer(x: tf.Tensor): readonly tf.Tensor2D[];
}

/** The distribution p(z) that codes are said to come from. */
export interface Prior {
  /** Names the prior in files. */
  readonly name: string;
  /** What its codes are where they are not vectors of real numbers: `binary`, `one of 10`. A posterior with it has the same. */
  readonly codes?: string;
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
  /** KL(q ‖ p) of discrete codes with these unnormalised log-probabilities, where it is closed: by variable, `[batch, …]`, in nats. */
  klFromLogits?(logits: tf.Tensor2D): tf.Tensor2D;
  /** The prior as it is in a model, for one that is made of the model's encoder; others do not have it. */
  within?(model: PriorSurroundings): Prior;
  /** Its form in files; nothing for one that files cannot hold. */
  toJSON(): Json | undefined;
}

/** Codes drawn from q(z|x). */
export interface PosteriorDraw {
  /** `[batch, latentDim]` for one draw an example, `[batch, count, latentDim]` for `count`. */
  readonly z: tf.Tensor;
  /** log q(z|x) of the draws in nats, computed when it is asked for: the shape of `z` without its last axis. */
  logDensity(): tf.Tensor;
  /**
   * KL(q ‖ p) by dimension, `[batch, latentDim]`, where it is closed for what was drawn: of a level's codes given those above them. Its
   * expectation is the divergence. Nothing for another prior than the draw's own, and for several draws an example.
   */
  kl?(prior: Prior): tf.Tensor2D | undefined;
}

/** What an encoder's outputs say of codes: the family of q(z|x). */
export interface Posterior {
  /** Names the family in files. */
  readonly name: string;
  /** What its codes are where they are not vectors of real numbers: `binary`, `one of 10`. */
  readonly codes?: string;
  /** Size of its codes; absent for posteriors of any size. */
  readonly latentDim?: number;
  /** What the encoder's outputs are, in their order, each `[batch, latentDim]`: `["mean", "log variance"]`. */
  readonly outputs: readonly string[];
  /** Widths of the outputs where they are not `latentDim`: `[undefined, 1]` for a mean and one number beside it. */
  readonly widths?: readonly (number | undefined)[];
  /** Networks that it is made of, by name: a model with it lists them, as `posterior.<name>`, trains, saves and frees them. */
  readonly networks?: Readonly<Record<string, tf.LayersModel>>;
  /** One code for each example, such as the mean. */
  code(outputs: readonly tf.Tensor2D[]): tf.Tensor2D;
  /**
   * Draws one code an example, or `count` of them.
   *
   * @param step - The running step, for what changes over time and for codes that are drawn in another way while weights are moved.
   */
  draw(outputs: readonly tf.Tensor2D[], random: RandomSource, count?: number, step?: StepContext): PosteriorDraw;
  /** log q(z|x) of given codes, where it can be computed: outputs and codes broadcast, `[…, latentDim]` → `[…]`, in nats. */
  logDensity?(outputs: readonly tf.Tensor[], z: tf.Tensor): tf.Tensor;
  /** Mean and log variance by dimension of a posterior that is a diagonal Gaussian: `[batch, latentDim]` each. */
  moments?(outputs: readonly tf.Tensor2D[]): { readonly mean: tf.Tensor2D; readonly logVariance: tf.Tensor2D };
  /** KL(q(z|x) ‖ p), where the pair has a closed form: by dimension or variable, `[batch, latentDim]`, or whole, `[batch, 1]`. */
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
