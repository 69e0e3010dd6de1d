import { check, checkShape, ShapeError, showShape } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** Options of {@link psnr}. */
export interface PsnrOptions {
  /** The largest value that data can have; 1 unless given. */
  readonly peak?: number;
}

/**
 * Peak signal-to-noise ratio of each example: 10·log₁₀(peak² / mean (x − y)²). Higher is better; equal examples give
 * infinity.
 *
 * **Shapes**: `[batch, …]` twice → `[batch]`. **Units**: decibels.
 *
 * @throws ShapeError when the shapes differ or have no batch axis; ConfigError unless `peak` > 0.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { psnr } from "@latentkit/metrics";
 * psnr(tf.zeros([1, 4]), tf.fill([1, 4], 0.1)).print(); // 20 dB
 * ```
 */
export function psnr(x: tf.Tensor, y: tf.Tensor, options: PsnrOptions = {}): tf.Tensor1D {
  const { peak = 1 } = options;
  const checker = check("psnr");
  checker.known(options, ["peak"]);
  checker.number("peak", peak, { above: 0 });
  return tf.tidy(() => {
    const error = squaredErrors("psnr", x, y);
    return tf.mul(10 / Math.LN10, tf.sub(Math.log(peak * peak), tf.log(error)));
  });
}

/** Mean squared error of each example: `[batch]`. */
export function squaredErrors(owner: string, x: tf.Tensor, y: tf.Tensor): tf.Tensor1D {
  if (x.rank < 2) {
    throw new ShapeError(`${owner}: expected \`x\` to have shape [batch, …], received ${showShape(x.shape)}.`);
  }
  checkShape(owner, "y", y.shape, x.shape);
  const axes = x.shape.slice(1).map((_, i) => i + 1);
  return tf.tidy(() => tf.mean(tf.squaredDifference(x, y), axes));
}
