import { check, checkTensor, integer, number, resolveOptions } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { similarities } from "../internal/similarities.js";
import type { SsimOptions } from "./ssim-options.js";

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
  const resolved = resolveOptions(
    "ssim",
    {
      peak: number({ above: 0, default: 1 }),
      windowSize: integer({ min: 1, default: 11 }),
      deviation: number({ above: 0, default: 1.5 }),
    },
    options,
  );
  const { windowSize } = resolved;
  check("ssim").that("windowSize", windowSize, windowSize % 2 === 1, "odd");
  checkTensor("ssim", "x", x);
  checkTensor("ssim", "y", y);
  return similarities("ssim", x, y, resolved);
}
