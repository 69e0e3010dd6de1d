import type { Reconstructs } from "@latentkit/core";
import { checkShape, integer, number, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkModel } from "../internal/check-model.js";
import { type Examples, eachBatch } from "../internal/each-batch.js";
import { type ReadingOptions, reading } from "../internal/options.js";
import { RunningEstimate } from "../internal/running-estimate.js";
import { similarities } from "../internal/similarities.js";
import { decibels, squaredErrors } from "../internal/squared-errors.js";
import type { Estimate } from "../statistics/estimate.js";

/** Options of {@link reconstructionQuality}. */
export interface ReconstructionQualityOptions extends ReadingOptions {
  /** The largest value that data can have. Default 1. */
  readonly peak?: number;
  /** Side of the SSIM window in pixels. Default 11. */
  readonly windowSize?: number;
}

/** How close reconstructions of images are, by three measures; each is a mean over images. */
export interface ReconstructionQuality {
  /** Mean squared error per value. */
  readonly meanSquaredError: Estimate;
  /** Peak signal-to-noise ratio in decibels: the mean of the images' ratios, not the ratio of the mean error. */
  readonly psnr: Estimate;
  /** Structural similarity. */
  readonly ssim: Estimate;
}

/**
 * Mean squared error, PSNR and SSIM of a model's reconstructions of images, in one pass over the data.
 *
 * **Shapes**: data `[n, height, width, channels]`. **Memory**: one batch. See `psnr` and `ssim`.
 *
 * @param data - A dataset of images, or a tensor of them.
 * @throws ShapeError when data are not images or smaller than the window; DataError for no examples or for NaN.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { reconstructionQuality } from "@latentkit/metrics";
 * const model = { reconstruct: (x: tf.Tensor) => tf.add(x, 0.1) };
 * const quality = await reconstructionQuality(model, tf.zeros([5, 16, 16, 1]));
 * console.log(quality.psnr.mean); // 20 dB
 * ```
 */
export async function reconstructionQuality(
  model: Reconstructs,
  data: Examples,
  options: ReconstructionQualityOptions = {},
): Promise<ReconstructionQuality> {
  const owner = "reconstructionQuality";
  const specification = {
    ...reading(128),
    peak: number({ above: 0, default: 1 }),
    windowSize: integer({ min: 1, default: 11 }),
  };
  const { peak, windowSize, ...plan } = resolveOptions(owner, specification, options);
  checkModel(owner, model, "reconstruct");
  const error = new RunningEstimate(owner);
  const ratio = new RunningEstimate(owner);
  const similarity = new RunningEstimate(owner);
  await eachBatch(owner, data, { ...plan, model }, async ({ x, given }) => {
    const measured = tf.tidy(() => {
      const reconstruction = model.reconstruct(x, given);
      checkShape(owner, "model.reconstruct(x)", reconstruction.shape, x.shape);
      const errors = squaredErrors(owner, x, reconstruction);
      return [errors, decibels(errors, peak), similarities(owner, x, reconstruction, { peak, windowSize })];
    });
    const values = await Promise.all(measured.map((tensor) => tensor.data()));
    tf.dispose(measured);
    error.add(values[0]!);
    ratio.add(values[1]!);
    similarity.add(values[2]!);
  });
  return { meanSquaredError: error.result(), psnr: ratio.result(), ssim: similarity.result() };
}
