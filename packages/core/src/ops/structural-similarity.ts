import * as tf from "@tensorflow/tfjs";
import { checkShape, showShape } from "../check.js";
import { checkTensor } from "../check-tensor.js";
import { ShapeError } from "../errors.js";

/** K₁ and K₂ of the paper keep the quotients finite where an image is black or flat. */
const [K1, K2] = [0.01, 0.03];

/** How images are compared; the defaults are the paper's. */
export interface StructuralSimilarityOptions {
  /** The range of values that data can have. Default 1. */
  readonly peak?: number;
  /** Side of the Gaussian window in pixels, odd. Default 11. */
  readonly windowSize?: number;
  /** Standard deviation of the window in pixels. Default 1.5. */
  readonly deviation?: number;
}

/** What {@link structuralSimilarity} gives, `[batch]` each. */
export interface StructuralSimilarity {
  /** The index itself. */
  readonly similarity: tf.Tensor1D;
  /** Its factor of contrasts and correlations, (2σ_xy + C₂) / (σ_x² + σ_y² + C₂), averaged by itself. */
  readonly contrast: tf.Tensor1D;
}

/**
 * The structural similarity index of each pair of images,
 * ((2μ_xμ_y + C₁)(2σ_xy + C₂)) / ((μ_x² + μ_y² + C₁)(σ_x² + σ_y² + C₂)), C₁ = (K₁·peak)², C₂ = (K₂·peak)², and the second of its two
 * factors: what the metric and the losses that are made of it share. Differentiable.
 *
 * **Shapes**: `[batch, height, width, channels]` twice → `[batch]` each.
 *
 * **Source**: Wang, Bovik, Sheikh and Simoncelli, "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004,
 * equations 6 and 13–16. https://doi.org/10.1109/TIP.2003.819861
 *
 * @param owner - Who asks: the first word of messages.
 * @throws ShapeError unless both are images of one shape, at least as large as the window.
 */
export function structuralSimilarity(
  owner: string,
  x: tf.Tensor,
  y: tf.Tensor,
  options: StructuralSimilarityOptions = {},
): StructuralSimilarity {
  const { peak = 1, windowSize = 11, deviation = 1.5 } = options;
  checkTensor(owner, "x", x, [null, null, null, null]);
  checkTensor(owner, "y", y);
  checkShape(owner, "y", y.shape, x.shape);
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  if (Math.min(height, width) < windowSize) {
    throw new ShapeError(
      `${owner}: expected images of at least ${windowSize}×${windowSize} pixels, received ${showShape(x.shape)}; give a smaller \`windowSize\`.`,
    );
  }
  return tf.tidy(() => {
    const blur = gaussianWindow(windowSize, deviation);
    // Channels become images of their own, [batch · channels, height, width, 1], so that one filter serves them all.
    const planes = (images: tf.Tensor): tf.Tensor4D =>
      tf.reshape(tf.transpose(tf.cast(images, "float32"), [0, 3, 1, 2]), [batch * channels, height, width, 1]);
    const [a, b] = [planes(x), planes(y)];
    const [meanA, meanB] = [blur(a), blur(b)];
    const [squareA, squareB, product] = [tf.square(meanA), tf.square(meanB), tf.mul(meanA, meanB)];
    const varianceA = tf.sub(blur(tf.square(a)), squareA);
    const varianceB = tf.sub(blur(tf.square(b)), squareB);
    const covariance = tf.sub(blur(tf.mul(a, b)), product);
    const [c1, c2] = [(K1 * peak) ** 2, (K2 * peak) ** 2];
    const light = tf.div(tf.add(tf.mul(product, 2), c1), tf.add(tf.add(squareA, squareB), c1));
    const contrast = tf.div(tf.add(tf.mul(covariance, 2), c2), tf.add(tf.add(varianceA, varianceB), c2));
    const average = (map: tf.Tensor): tf.Tensor1D => tf.mean(tf.reshape(map, [batch, -1]), 1);
    return { similarity: average(tf.mul(light, contrast)), contrast: average(contrast) };
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
