import { DataError, type Encodes } from "@latentkit/core";
import { checkShape, number, resolveOptions } from "@latentkit/core/authoring";
import { checkModel } from "../internal/check-model.js";
import { type Examples, eachBatch } from "../internal/each-batch.js";
import { type ReadingOptions, reading } from "../internal/options.js";
import { RunningEstimate } from "../internal/running-estimate.js";

/** Options of {@link activeUnits}. */
export interface ActiveUnitsOptions extends ReadingOptions {
  /** Variance above which a unit counts as active. Default 0.01, as in the paper. */
  readonly threshold?: number;
}

/** How many latent units carry information. */
export interface ActiveUnits {
  /** Units whose variance exceeds the threshold. */
  readonly active: number;
  /** Variance over the data of each unit's posterior mean: a histogram of it shows two clearly separate groups. */
  readonly variances: Float64Array;
}

/**
 * Counts the latent units that a model uses: unit u is active when Cov_x(E[z_u | x]) > 0.01. The others ignore the input;
 * in a variational autoencoder their posterior has collapsed to the prior.
 *
 * **Memory**: one batch.
 *
 * **Source**: Burda, Grosse and Salakhutdinov, "Importance Weighted Autoencoders", 2016, section 5.2.
 * https://arxiv.org/abs/1509.00519
 *
 * @param model - Its codes are posterior means, as core defines `encode`.
 * @param data - A dataset, or a tensor `[n, …]`.
 * @throws ConfigError for options out of range; DataError for fewer than two examples, or NaN.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { activeUnits } from "@latentkit/metrics";
 * const model = { latentDim: 2, encode: (x: tf.Tensor) => tf.mul(x, [[1, 0]]) as tf.Tensor2D };
 * const { active } = await activeUnits(model, tf.tensor2d([[0, 0], [1, 1]])); // 1
 * ```
 */
export async function activeUnits(
  model: Encodes,
  data: Examples,
  options: ActiveUnitsOptions = {},
): Promise<ActiveUnits> {
  const owner = "activeUnits";
  const specification = { ...reading(128), threshold: number({ min: 0, default: 0.01 }) };
  const { threshold, ...plan } = resolveOptions(owner, specification, options);
  checkModel(owner, model, "encode", "latentDim");
  const units = Array.from({ length: model.latentDim }, () => new RunningEstimate(owner));
  const count = await eachBatch(owner, data, { ...plan, model }, async ({ x, given, size }) => {
    const codes = model.encode(x, given);
    try {
      checkShape(owner, "model.encode(x)", codes.shape, [size, model.latentDim]);
      const values = await codes.data();
      units.forEach((unit, u) => {
        unit.add(Float64Array.from({ length: size }, (_, example) => values[example * model.latentDim + u]!));
      });
    } finally {
      codes.dispose();
    }
  });
  if (count < 2) throw new DataError(`${owner}: expected at least two examples, whose codes can differ, received one.`);
  const variances = Float64Array.from(units, (unit) => unit.result().standardError ** 2 * count);
  return { active: variances.filter((variance) => variance > threshold).length, variances };
}
