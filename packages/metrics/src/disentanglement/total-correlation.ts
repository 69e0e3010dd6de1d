import { DataError, type Encodes } from "@latentkit/core";
import { integer, resolveOptions } from "@latentkit/core/authoring";
import { logDeterminant, products, standardized } from "../internal/disentanglement/correlation.js";
import type { Examples } from "../internal/each-batch.js";
import { type ReadingOptions, reading } from "../internal/options.js";
import { encodeExamples } from "../latent/encode-dataset.js";

/** Options of {@link totalCorrelation}. */
export interface TotalCorrelationOptions extends ReadingOptions {
  /** Examples, the first of the data. Default 10,000. */
  readonly limit?: number;
}

/**
 * Total correlation of codes as if they were Gaussian, in nats: how far their joint distribution is from the product of its parts. 0 for
 * uncorrelated units, infinite where a unit follows from the others. Needs no factors, and says nothing of dependences that are not linear.
 *
 *     ½ (Σᵢ log Σᵢᵢ − log det Σ),   Σ the covariance of the codes.
 *
 * Of means of posteriors, which may be correlated where draws are not. Units that never change are left out.
 *
 * **Memory**: the codes of `limit` examples.
 *
 * **Source**: Watanabe, "Information Theoretical Analysis of Multivariate Correlation", 1960; of mean codes as in Locatello et al. 2019,
 * https://arxiv.org/abs/1811.12359
 *
 * @throws DataError for fewer than two examples or codes that are not finite; ConfigError for options out of range.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { totalCorrelation } from "@latentkit/metrics";
 * import * as tf from "@tensorflow/tfjs";
 * const same = { latentDim: 3, encode: (x: tf.Tensor) => tf.clone(x) as tf.Tensor2D };
 * const nats = await totalCorrelation(same, random(1).normal([1000, 3])); // near 0
 * ```
 */
export async function totalCorrelation(
  model: Encodes,
  data: Examples,
  options: TotalCorrelationOptions = {},
): Promise<number> {
  const owner = "totalCorrelation";
  const specification = { ...reading(128), limit: integer({ min: 2, default: 10_000 }) };
  const plan = resolveOptions(owner, specification, options);
  const columns = await codeColumns(owner, model, data, plan);
  const varying = standardized(columns).filter((column) => column.some((value) => value !== 0));
  return Math.max(0, -0.5 * logDeterminant(products(varying, varying)));
}

/** Codes, a column a unit. */
export async function codeColumns(
  owner: string,
  model: Encodes,
  data: Examples,
  plan: Parameters<typeof encodeExamples>[3],
): Promise<Float64Array[]> {
  const { codes, labels } = await encodeExamples(owner, model, data, plan);
  labels?.dispose();
  const [count, size] = codes.shape;
  const values = await codes.data();
  codes.dispose();
  if (count < 2) throw new DataError(`${owner}: expected at least two examples, received one.`);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new DataError(
      `${owner}: expected finite codes, received ${values[wrong]} for example ${Math.floor(wrong / size)}; check the model.`,
    );
  }
  return Array.from({ length: size }, (_, unit) =>
    Float64Array.from({ length: count }, (_, example) => values[example * size + unit]!),
  );
}
