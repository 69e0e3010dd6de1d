import type { HasLikelihood } from "@latentkit/core";
import { checkShape, resolveOptions } from "@latentkit/core/authoring";
import { checkModel } from "../internal/check-model.js";
import { type Examples, eachBatch } from "../internal/each-batch.js";
import { ExampleValues } from "../internal/example-values.js";
import { type ReadingOptions, reading } from "../internal/options.js";
import type { ExampleEstimate } from "../statistics/estimate.js";

/** Options of {@link logLikelihood}. */
export type LogLikelihoodOptions = ReadingOptions;

/**
 * The exact mean log p(x) of a dataset under a model that has it, such as a pixel model, with the value of each example.
 *
 * **Units**: nats per example; see {@link bitsPerDimension}. **Memory**: one batch.
 *
 * @param data - A dataset, whose batches hold the conditions of a conditional model, or a tensor `[n, …]`.
 * @throws DataError for no examples, for values that the likelihood cannot score, or for NaN, naming the example.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { logLikelihood } from "@latentkit/metrics";
 * const fairCoins = { logLikelihood: (x: tf.Tensor) => tf.fill<tf.Rank.R1>([x.shape[0]!], -x.shape[1]! * Math.log(2)) };
 * const { mean } = await logLikelihood(fairCoins, tf.zeros([3, 8])); // −5.545…
 * ```
 */
export async function logLikelihood(
  model: HasLikelihood,
  data: Examples,
  options: LogLikelihoodOptions = {},
): Promise<ExampleEstimate> {
  const owner = "logLikelihood";
  const plan = resolveOptions(owner, reading(128), options);
  checkModel(owner, model, "logLikelihood");
  const values = new ExampleValues(owner);
  await eachBatch(owner, data, { ...plan, model, scored: true }, async ({ x, given, size }) => {
    const result = model.logLikelihood(x, given);
    try {
      checkShape(owner, "model.logLikelihood(x)", result.shape, [size]);
      values.add(await result.data());
    } finally {
      result.dispose();
    }
  });
  return values.result();
}
