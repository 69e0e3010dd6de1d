import { structuralSimilarity } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { SsimOptions } from "../reconstruction/ssim-options.js";

/**
 * Structural similarity of each pair of images, as `ssim` documents it, in the name of whoever asks.
 *
 * @throws ShapeError unless both are images of one shape, at least as large as the window.
 */
export function similarities(owner: string, x: tf.Tensor, y: tf.Tensor, options: SsimOptions = {}): tf.Tensor1D {
  return tf.tidy(() => structuralSimilarity(owner, x, y, options).similarity);
}
