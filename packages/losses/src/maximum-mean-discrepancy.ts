import { DataError } from "@latentkit/core";
import { checkShape, checkTensor, choice, number, resolveOptions, smoothExp } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** Options of {@link maximumMeanDiscrepancy}. */
export interface MaximumMeanDiscrepancyOptions {
  /** Squared distance at which points count as near, C. Default 2·size, the mean squared distance of standard normal points. */
  readonly scale?: number;
  /** `inverseMultiquadratic` (default), whose heavy tails reach points far off, or `gaussian`. */
  readonly kernel?: "inverseMultiquadratic" | "gaussian";
}

/** Widths of the inverse multiquadratics, times the scale. */
const WIDTHS = [0.1, 0.2, 0.5, 1, 2, 5, 10] as const;

/** Sums of kernels over all pairs, by their squared distances, and the kernel of a point and itself. */
const KERNELS = {
  inverseMultiquadratic: {
    sum: (distances: tf.Tensor, scale: number): tf.Tensor =>
      tf.addN(WIDTHS.map((width) => tf.sum(tf.div(scale * width, tf.add(distances, scale * width))))),
    self: WIDTHS.length,
  },
  gaussian: {
    sum: (distances: tf.Tensor, scale: number): tf.Tensor => tf.sum(smoothExp(tf.div(distances, -scale))),
    self: 1,
  },
} as const;

/**
 * The squared maximum mean discrepancy between the distributions of two samples, estimated without bias: 0 on average when they are
 * equal, and a little below for half of the samples. What draws all codes together to a prior.
 *
 * Means of k(a, b) over pairs of distinct points within each sample, minus twice the mean over pairs across, k = Σₛ Cs / (Cs + ‖a − b‖²)
 * for s = 0.1, 0.2, 0.5, 1, 2, 5, 10, or k = exp(−‖a − b‖²/C).
 *
 * **Shapes**: `a`, `b`: equal, `[n, size]`, n ≥ 2 → scalar.
 *
 * **Source**: Gretton et al., "A Kernel Two-Sample Test", 2012, equation 3, https://jmlr.org/papers/v13/gretton12a.html; the sum of
 * kernels: Tolstikhin et al., "Wasserstein Auto-Encoders", 2018, section 4, https://arxiv.org/abs/1711.01558
 *
 * @throws ShapeError when the shapes differ; DataError for less than two points; ConfigError for options out of range.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { maximumMeanDiscrepancy } from "@latentkit/losses";
 * const [codes, prior] = [random(1).normal([100, 2]), random(2).normal([100, 2])];
 * maximumMeanDiscrepancy(codes, prior).print(); // about 0
 * ```
 */
export function maximumMeanDiscrepancy(
  a: tf.Tensor,
  b: tf.Tensor,
  options: MaximumMeanDiscrepancyOptions = {},
): tf.Scalar {
  const owner = "maximumMeanDiscrepancy";
  checkTensor(owner, "a", a, [null, null]);
  checkTensor(owner, "b", b);
  checkShape(owner, "b", b.shape, a.shape);
  const [n, size] = a.shape as [number, number];
  if (n < 2) throw new DataError(`${owner}: expected two points or more in each sample, received ${n}.`);
  const { scale, kernel } = resolveOptions(
    owner,
    {
      scale: number({ above: 0, default: 2 * size }),
      kernel: choice(["inverseMultiquadratic", "gaussian"], { default: "inverseMultiquadratic" }),
    },
    options,
  );
  const { sum, self } = KERNELS[kernel];
  return tf.tidy(() => {
    const within = (points: tf.Tensor): tf.Tensor =>
      tf.div(tf.sub(sum(squaredDistances(points, points), scale), n * self), n * (n - 1));
    const across = tf.div(sum(squaredDistances(a, b), scale), n * n);
    return tf.sub(tf.add(within(a), within(b)), tf.mul(2, across)) as tf.Scalar;
  });
}

/** ‖aᵢ − bⱼ‖² for all pairs: `[n, size]`, `[m, size]` → `[n, m]`. */
function squaredDistances(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const squares = (points: tf.Tensor): tf.Tensor => tf.sum(tf.square(points), 1, true);
  const products = tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, false, true);
  // Rounding may leave a point a little less than nothing away from itself.
  return tf.relu(tf.sub(tf.add(squares(a), tf.transpose(squares(b))), tf.mul(2, products)));
}
