import type { Reconstructs } from "@latentkit/core";
import { checkShape, resolveOptions } from "@latentkit/core/authoring";
import { checkModel } from "../internal/check-model.js";
import { type Examples, eachBatch } from "../internal/each-batch.js";
import { ExampleValues } from "../internal/example-values.js";
import { type ReadingOptions, reading } from "../internal/options.js";
import { squaredErrors } from "../internal/squared-errors.js";
import type { ExampleEstimate } from "../statistics/estimate.js";

/** Options of {@link reconstructionError}. */
export type ReconstructionErrorOptions = ReadingOptions;

/**
 * Mean squared error of a model's reconstructions, per value of the data, with the error of each example: the number to
 * compare autoencoders of one code size by, and the anomaly score most people want.
 *
 * **Units**: squared units of the data, averaged over the values of an example; steps that a `mask` hides do not count. **Memory**: one batch.
 *
 * @param data - A dataset, whose batches hold the conditions of a conditional model, or a tensor `[n, …]`.
 * @throws DataError for no examples, or for NaN, naming the example; ShapeError when a reconstruction has another shape.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { reconstructionError } from "@latentkit/metrics";
 * const model = { reconstruct: (x: tf.Tensor) => tf.add(x, 0.1) };
 * const { mean, perExample } = await reconstructionError(model, tf.zeros([5, 8])); // 0.01
 * ```
 */
export async function reconstructionError(
  model: Reconstructs,
  data: Examples,
  options: ReconstructionErrorOptions = {},
): Promise<ExampleEstimate> {
  const owner = "reconstructionError";
  const plan = resolveOptions(owner, reading(128), options);
  checkModel(owner, model, "reconstruct");
  const values = new ExampleValues(owner);
  await eachBatch(owner, data, { ...plan, model }, async ({ x, given }) => {
    const reconstruction = model.reconstruct(x, given);
    try {
      checkShape(owner, "model.reconstruct(x)", reconstruction.shape, x.shape);
      const errors = squaredErrors(owner, x, reconstruction, given?.mask);
      values.add(await errors.data());
      errors.dispose();
    } finally {
      reconstruction.dispose();
    }
  });
  return values.result();
}
