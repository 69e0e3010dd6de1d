import type { RandomSource } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";

/** A part of the generator's input that should mean something: it is drawn, told to the generator and recognised again. */
export interface LatentCode {
  /** Names the code. */
  readonly name: string;
  /** Values that the generator is told. */
  readonly size: number;
  /** Values that the recogniser gives back: parameters of the code's distribution. */
  readonly parameters: number;
  /** Draws codes: `[count, size]`. */
  sample(count: number, random: RandomSource): tf.Tensor2D;
  /** −log Q(code | parameters) of each example, in nats: `[batch]`. */
  negativeLogLikelihood(code: tf.Tensor2D, parameters: tf.Tensor2D): tf.Tensor1D;
  /**
   * What the recognised codes of a batch say about its examples, in nats: I(x; c) under Q, the codes' marginal taken from the
   * batch. Codes that have it can be kept informative on data as well.
   */
  readonly information?: (parameters: tf.Tensor2D) => tf.Scalar;
  /** The recognised code, such as probabilities or means: `[batch, size]`. */
  recognise(parameters: tf.Tensor2D): tf.Tensor2D;
}
