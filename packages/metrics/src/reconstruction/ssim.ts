import { check, checkShape, ShapeError, showShape } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** Options of {@link ssim}; the defaults are the paper's. */
export interface SsimOptions {
  /** The range of values that data can have; 1 unless given. */
  readonly peak?: number;
  /** Side of the Gaussian window in pixels, odd; 11 unless given. */
  readonly windowSize?: number;
  /** Standard deviation of the window in pixels; 1.5 unless given. */
  readonly deviation?: number;
}

/** K₁ and K₂ of the paper keep the quotients finite where an image is black or flat. */
const [K1, K2] = [0.01, 0.03];

/**
 * Structural similarity of each pair of images: 1 when equal, about 0 when unrelated. It compares means, contrasts and
 * correlations in a Gaussian window that slides over the image, and so sees blur that a squared error forgives:
 *
 * ((2μ_xμ_y + C₁)(2σ_xy + C₂)) / ((μ_x² + μ_y² + C₁)(σ_x² + σ_y² + C₂)), C₁ = (K₁·peak)², C₂ = (K₂·peak)².
 *
 * Windows that leave the image are not counted. The channels of a colour image are compared one by one and averaged, as
 * scikit-image does. Built of differentiable operations.
 *
 * **Shapes**: `[batch, height, width, channels]` twice → `[batch]`.
 *
 * **Source**: Wang, Bovik, Sheikh and Simoncelli, "Image Quality Assessment: From Error Visibility to Structural
 * Similarity", 2004, equations 6 and 13–16. https://doi.org/10.1109/TIP.2003.819861
 *
 * @throws ShapeError unless both are images of one shape, at least as large as the window; ConfigError for options out of
 *   range.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { ssim } from "@latentkit/metrics";
 * const image = tf.linspace(0, 1, 28 * 28).reshape([1, 28, 28, 1]);
 * ssim(image, image).print(); // 1
 * ```
 */
export function ssim(x: tf.Tensor, y: tf.Tensor, options: SsimOptions = {}): tf.Tensor1D {
  const { peak = 1, windowSize = 11, deviation = 1.5 } = options;
  const checker = check("ssim");
  checker.known(options, ["peak", "windowSize", "deviation"]);
  checker.number("peak", peak, { above: 0 });
  checker.integer("windowSize", windowSize, { min: 1 });
  checker.that("windowSize", windowSize, windowSize % 2 === 1, "odd");
  checker.number("deviation", deviation, { above: 0 });
  checkShape("ssim", "x", x.shape, [null, null, null, null]);
  checkShape("ssim", "y", y.shape, x.shape);
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  if (Math.min(height, width) < windowSize) {
    throw new ShapeError(
      `ssim: expected images of at least ${windowSize}×${windowSize} pixels, received ${showShape(x.shape)}; give a smaller \`windowSize\`.`,
    );
  }
  return tf.tidy(() => {
    const blur = gaussianWindow(windowSize, deviation);
    // Channels become images of their own, [batch · channels, height, width, 1], so that one filter serves them all.
    const planes = (images: tf.Tensor): tf.Tensor4D =>
      tf.reshape(tf.transpose(images, [0, 3, 1, 2]), [batch * channels, height, width, 1]);
    const [a, b] = [planes(x), planes(y)];
    const [meanA, meanB] = [blur(a), blur(b)];
    const [squareA, squareB, product] = [tf.square(meanA), tf.square(meanB), tf.mul(meanA, meanB)];
    const varianceA = tf.sub(blur(tf.square(a)), squareA);
    const varianceB = tf.sub(blur(tf.square(b)), squareB);
    const covariance = tf.sub(blur(tf.mul(a, b)), product);
    const [c1, c2] = [(K1 * peak) ** 2, (K2 * peak) ** 2];
    const above = tf.mul(tf.add(tf.mul(product, 2), c1), tf.add(tf.mul(covariance, 2), c2));
    const below = tf.mul(tf.add(tf.add(squareA, squareB), c1), tf.add(tf.add(varianceA, varianceB), c2));
    return tf.mean(tf.reshape(tf.div(above, below), [batch, -1]), 1);
  });
}

/** Weighted means over windows that fit: `[images, height, width, 1]` → `[images, height − size + 1, width − size + 1, 1]`. */
function gaussianWindow(size: number, deviation: number): (images: tf.Tensor4D) => tf.Tensor4D {
  const weights = Float64Array.from({ length: size }, (_, i) =>
    Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight);
  const line = tf.tensor1d(Float32Array.from(weights, (weight) => weight / total));
  // The Gaussian is a product: two passes of `size` weights do the work of `size²`.
  const down = tf.reshape(line, [size, 1, 1, 1]) as tf.Tensor4D;
  const across = tf.reshape(line, [1, size, 1, 1]) as tf.Tensor4D;
  return (images) => tf.conv2d(tf.conv2d(images, down, 1, "valid"), across, 1, "valid");
}
