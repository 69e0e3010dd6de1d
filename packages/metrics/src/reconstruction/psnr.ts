import { checkTensor, number, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { decibels, squaredErrors } from "../internal/squared-errors.js";

/** Options of {@link psnr}. */
export interface PsnrOptions {
  /** The largest value that data can have. Default 1. */
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
  const { peak } = resolveOptions("psnr", { peak: number({ above: 0, default: 1 }) }, options);
  checkTensor("psnr", "x", x);
  checkTensor("psnr", "y", y);
  return tf.tidy(() => decibels(squaredErrors("psnr", x, y), peak));
}
