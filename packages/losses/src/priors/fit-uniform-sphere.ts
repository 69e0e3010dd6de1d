import type { Prior } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";
import { readCodes } from "./read-codes.js";
import { uniformSphere } from "./uniform-sphere.js";

/**
 * The sphere that codes lie around: their mean, and their mean distance from it. Codes of many dimensions that fill a Gaussian of equal
 * variances lie near one; others do not, and are the better drawn by another prior.
 *
 * radius = 1/N Σ ‖zₙ − z̄‖. **Shapes**: codes `[examples, latentDim]`.
 *
 * **Source**: as a sampler: Davidson et al., "Hyperspherical Variational Auto-Encoders", 2018. https://arxiv.org/abs/1804.00891
 *
 * @throws DataError for codes that are not finite, or fewer than two.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { fitUniformSphere } from "@latentkit/losses";
 * const prior = await fitUniformSphere(random(1).normal([100, 8])); // radius about √8
 * ```
 */
export async function fitUniformSphere(codes: tf.Tensor): Promise<Prior> {
  const { rows, size } = await readCodes("fitUniformSphere", codes, 2);
  const center = Array.from({ length: size }, (_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length);
  const distance = (row: Float32Array): number => Math.hypot(...center.map((c, j) => row[j]! - c));
  const radius = rows.reduce((sum, row) => sum + distance(row), 0) / rows.length;
  return uniformSphere({ latentDim: size, radius: Math.max(radius, 1e-12), center });
}
