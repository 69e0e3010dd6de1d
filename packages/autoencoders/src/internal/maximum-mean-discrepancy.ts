import * as tf from "@tensorflow/tfjs";

/** Widths of the kernels, times the scale. */
const WIDTHS = [0.1, 0.2, 0.5, 1, 2, 5, 10] as const;

/**
 * The unbiased estimate of the squared maximum mean discrepancy between two samples under Σₛ C/(C + ‖a − b‖²), C = scale·s:
 * means over pairs of distinct points within each sample, minus twice the mean over pairs across.
 *
 * **Shapes** `a`, `b`: `[n, size]` → scalar.
 *
 * Source: Gretton et al., "A Kernel Two-Sample Test", 2012, equation 3; Tolstikhin et al. 2018, algorithm 2.
 */
export function maximumMeanDiscrepancy(a: tf.Tensor2D, b: tf.Tensor2D, scale: number): tf.Scalar {
  const n = a.shape[0];
  const pairs = n * (n - 1);
  // A point and itself have kernel 1, for each of the widths.
  const within = (points: tf.Tensor2D): tf.Tensor =>
    tf.div(tf.sub(kernelSum(squaredDistances(points, points), scale), n * WIDTHS.length), pairs);
  const across = tf.div(kernelSum(squaredDistances(a, b), scale), n * n);
  return tf.sub(tf.add(within(a), within(b)), tf.mul(2, across)) as tf.Scalar;
}

function kernelSum(distances: tf.Tensor, scale: number): tf.Tensor {
  return tf.addN(WIDTHS.map((width) => tf.sum(tf.div(scale * width, tf.add(distances, scale * width)))));
}

/** ‖aᵢ − bⱼ‖² for all pairs: `[n, size]`, `[m, size]` → `[n, m]`. */
function squaredDistances(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor {
  const squares = (points: tf.Tensor2D): tf.Tensor => tf.sum(tf.square(points), 1, true);
  const products = tf.matMul(a, b, false, true);
  // Rounding may leave a point a little less than nothing away from itself.
  return tf.relu(tf.sub(tf.add(squares(a), tf.transpose(squares(b))), tf.mul(2, products)));
}
