import { check, type HasLikelihood } from "@latentkit/core";
import { type Examples, eachBatch } from "../internal/each-batch.js";
import { ExampleValues } from "../internal/example-values.js";
import type { ExampleEstimate } from "../statistics/estimate.js";

/** Options of {@link logLikelihood}. */
export interface LogLikelihoodOptions {
  /** Examples in a batch; 128 unless given. */
  readonly batchSize?: number;
}

/**
 * The exact mean log p(x) of a dataset under a model that has it, such as a pixel model, with the value of each example.
 *
 * **Units**: nats per example; see {@link bitsPerDimension}. **Memory**: one batch.
 *
 * @param data - A dataset, or a tensor `[n, …]`.
 * @throws DataError for no examples, or for NaN, naming the example.
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
  check("logLikelihood").known(options, ["batchSize"]);
  const { batchSize = 128 } = options;
  const values = new ExampleValues("logLikelihood");
  await eachBatch("logLikelihood", data, { batchSize }, async ({ x }) => {
    const result = model.logLikelihood(x);
    values.add(await result.data());
    result.dispose();
  });
  return values.result();
}
