import { check, checkShape, type Reconstructs } from "@latentkit/core";
import { type Examples, eachBatch } from "../internal/each-batch.js";
import { ExampleValues } from "../internal/example-values.js";
import type { ExampleEstimate } from "../statistics/estimate.js";
import { squaredErrors } from "./psnr.js";

/** Options of {@link reconstructionError}. */
export interface ReconstructionErrorOptions {
  /** Examples in a batch; 128 unless given. */
  readonly batchSize?: number;
}

/**
 * Mean squared error of a model's reconstructions, per value of the data, with the error of each example: the number to
 * compare autoencoders of one code size by, and the anomaly score most people want.
 *
 * **Units**: squared units of the data, averaged over the values of an example. **Memory**: one batch.
 *
 * @param data - A dataset, or a tensor `[n, …]`.
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
  check(owner).known(options, ["batchSize"]);
  const { batchSize = 128 } = options;
  const values = new ExampleValues(owner);
  await eachBatch(owner, data, { batchSize }, async ({ x }) => {
    const reconstruction = model.reconstruct(x);
    try {
      checkShape(owner, "model.reconstruct(x)", reconstruction.shape, x.shape);
      const errors = squaredErrors(owner, x, reconstruction);
      values.add(await errors.data());
      errors.dispose();
    } finally {
      reconstruction.dispose();
    }
  });
  return values.result();
}
