import type * as tf from "@tensorflow/tfjs";

/**
 * Draws noise as tensors. The two primitives are enough: every other distribution is a function of them, so that an
 * executor that compiles steps has only these two to feed in.
 */
export interface RandomSource {
  /** Standard normal values, float32. */
  normal<R extends tf.Rank = tf.Rank>(shape: readonly number[]): tf.Tensor<R>;
  /** Uniform values in [low, high), float32. Default [0, 1). */
  uniform<R extends tf.Rank = tf.Rank>(shape: readonly number[], low?: number, high?: number): tf.Tensor<R>;
}
