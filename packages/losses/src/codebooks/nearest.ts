import * as tf from "@tensorflow/tfjs";

/**
 * The codes nearest to vectors: argminₖ ‖z − eₖ‖² = argminₖ ‖eₖ‖² − 2 z·eₖ, the first of equal ones.
 *
 * **Shapes** `[rows, dim]`, `[codes, dim]` → `[rows]` int32.
 */
export function nearest(vectors: tf.Tensor2D, codes: tf.Tensor2D): tf.Tensor1D {
  return tf.tidy(() => {
    const squares = tf.sum(tf.square(codes), 1); // [codes]
    return tf.argMin(tf.sub(squares, tf.mul(2, tf.matMul(vectors, codes, false, true))), 1) as tf.Tensor1D;
  });
}

/** Vectors of length 1 along the last axis. */
export function unit<T extends tf.Tensor>(vectors: T): T {
  return tf.tidy(() => tf.mul(vectors, tf.rsqrt(tf.add(tf.sum(tf.square(vectors), -1, true), 1e-12)))) as T;
}
