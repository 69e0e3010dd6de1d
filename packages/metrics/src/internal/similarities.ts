import { ShapeError } from "@latentkit/core";
import { checkShape, showShape } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { SsimOptions } from "../reconstruction/ssim-options.js";

/** K₁ and K₂ of the paper keep the quotients finite where an image is black or flat. */
const [K1, K2] = [0.01, 0.03];

/**
 * Structural similarity of each pair of images, as `ssim` documents it, in the name of whoever asks.
 *
 * @throws ShapeError unless both are images of one shape, at least as large as the window.
 */
export function similarities(owner: string, x: tf.Tensor, y: tf.Tensor, options: SsimOptions = {}): tf.Tensor1D {
  const { peak = 1, windowSize = 11, deviation = 1.5 } = options;
  checkShape(owner, "x", x.shape, [null, null, null, null]);
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
