import type { Json, RandomSource, Support } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";

/**
 * The distribution that a decoder's outputs give to data, independent from value to value.
 *
 * **Shapes** data has any shape `[batch, …, values]`; its parameters have the same shape with the last axis
 * `parametersPerValue` times as long, the parameters of one value being neighbours.
 */
export interface Likelihood {
  /** Names the distribution in saved models. */
  readonly name: string;
  /** How many decoder outputs one value needs. */
  readonly parametersPerValue: number;
  /** Values that it can score; any finite ones unless given. */
  readonly support?: Support;
  /** −log p(x) of each example: `[batch]`, in nats. */
  negativeLogLikelihood(x: tf.Tensor, parameters: tf.Tensor): tf.Tensor1D;
  /** The mean of each value, with the data's shape. */
  mean(parameters: tf.Tensor): tf.Tensor;
  /** Draws each value, with the data's shape. */
  sample(parameters: tf.Tensor, random: RandomSource): tf.Tensor;
  /** What {@link likelihoodFromJSON} takes. */
  toJSON(): Json;
}
