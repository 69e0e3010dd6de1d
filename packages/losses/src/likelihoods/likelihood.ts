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
  /**
   * How many decoder outputs one value needs. A fraction where the values of a place share some: times the values of the last axis it
   * is a whole number.
   */
  readonly parametersPerValue: number;
  /** Values of the last axis that are scored together, such as R, G and B. Default 1, each by itself. */
  readonly channels?: number;
  /** Values that it can score. Default any finite ones. */
  readonly support?: Support;
  /** −log p(x) of each example: `[batch]`, in nats. */
  negativeLogLikelihood(x: tf.Tensor, parameters: tf.Tensor): tf.Tensor1D;
  /** The mean of each value, with the data's shape. */
  mean(parameters: tf.Tensor): tf.Tensor;
  /** Draws each value, with the data's shape. */
  sample(parameters: tf.Tensor, random: RandomSource): tf.Tensor;
  /** Draws one place after the other, for models that draw step by step; absent where a likelihood cannot. */
  readonly places?: PlaceLikelihood;
  /** What `likelihoodFromJSON` of `@latentkit/losses/authoring` takes. */
  toJSON(): Json;
}

/**
 * Draws the values of one place on the host, one after the other: equal on every backend, and without a kernel for a number. A place is
 * what stands on the last axis, such as the colours of a pixel.
 */
export interface PlaceLikelihood {
  /** Uniform numbers in [0, 1) that a place of so many values takes. */
  uniforms(values: number): number;
  /**
   * One value of a place.
   *
   * @param parameters - Of the whole place.
   * @param value - Which of the place's values.
   * @param place - The place's values, of which those before are drawn.
   * @param uniforms - The place's uniform numbers.
   * @param temperature - Of the distribution: 0 gives its most likely value, 1 itself.
   */
  draw(
    parameters: Float32Array,
    value: number,
    place: Float32Array,
    uniforms: Float32Array,
    temperature: number,
  ): number;
}
