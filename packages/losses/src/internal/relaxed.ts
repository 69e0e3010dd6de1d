import type { RandomSource, StepContext } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/**
 * Uniform numbers in (0, 1), so that the logarithms of u and 1 − u are finite, also of noise that was moved a little, as where compiled
 * steps are compared with eager ones.
 */
export function openUniform(random: RandomSource, shape: number[]): tf.Tensor {
  return tf.clipByValue(random.uniform(shape), 2 ** -25, 1 - 2 ** -24);
}

/** Whether draws are to be relaxed: in a training step alone. What is measured, shown or validated is of codes that are discrete. */
export function isRelaxed(step: StepContext | undefined): step is StepContext {
  return step?.training === true;
}

/** Parameters `[batch, size]` as draws need them: as they are, or `[batch, count, size]`. */
export function repeatedFor(parameters: tf.Tensor2D, count: number | undefined): tf.Tensor {
  return count === undefined ? parameters : tf.tile(tf.expandDims(parameters, 1), [1, count, 1]);
}

/** f(x) with the gradient of x itself: discrete values that are learnt as if they were soft. */
export function straightThrough(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.customGrad((input) => ({ value: f(input as tf.Tensor), gradFunc: (dy: tf.Tensor) => dy }))(x);
}
