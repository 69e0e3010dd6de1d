import * as tf from "@tensorflow/tfjs";

/**
 * Scales gradients down together so that their joint Euclidean norm is at most `limit`.
 *
 * Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013, algorithm 1.
 */
export function clipByGlobalNorm(
  gradients: readonly tf.Tensor[],
  limit: number,
): { gradients: tf.Tensor[]; norm: tf.Scalar } {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(tf.addN(squares)) as tf.Scalar;
  const scale = tf.div(limit, tf.maximum(norm, limit));
  return { gradients: gradients.map((gradient) => tf.mul(gradient, scale)), norm };
}
