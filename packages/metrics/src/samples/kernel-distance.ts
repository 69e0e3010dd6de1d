import { check, DataError, type Random, random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { defaultFeatures } from "../features/default-features.js";
import type { Examples } from "../internal/each-batch.js";
import { withFeaturePair } from "../internal/feature-pair.js";
import type { Estimate } from "../statistics/estimate.js";
import type { FeatureMetricOptions } from "./frechet-distance.js";

/** Options of {@link kernelDistance}. */
export interface KernelDistanceOptions extends FeatureMetricOptions {
  /** Random subsets that the estimate is averaged over; 100 unless given. */
  readonly subsets?: number;
  /** Examples of each set in a subset; 1,000 unless given, or as many as there are. */
  readonly subsetSize?: number;
  /** Seed of the subsets; 0 unless given. */
  readonly seed?: number;
}

/**
 * The kernel distance, known as KID: the unbiased estimate of the squared maximum mean discrepancy of two sets' features
 * under the kernel `(x·y/features + 1)³`, averaged over random subsets. Unlike FID it is right on average for few examples,
 * and 0 (± its error) for equal distributions.
 *
 * **Source**: Bińkowski et al., "Demystifying MMD GANs", 2018, equation 4 and section 4; subsets as in the authors' code.
 * https://arxiv.org/abs/1801.01401
 *
 * @returns The mean over subsets, its standard error over subsets, and the number of subsets.
 * @throws ConfigError for options out of range; ShapeError without `features` for other than 28×28 greys; DataError for
 *   fewer than two examples, or NaN.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { kernelDistance } from "@latentkit/metrics";
 * import * as tf from "@tensorflow/tfjs";
 * const [real, generated] = [random(1).normal([200, 2]), random(2).normal([200, 2])];
 * const { mean } = await kernelDistance(real, generated, { features: (x) => tf.clone(x) as tf.Tensor2D, subsetSize: 100 });
 * ```
 */
export async function kernelDistance(
  real: Examples,
  generated: Examples,
  options: KernelDistanceOptions = {},
): Promise<Estimate> {
  const owner = "kernelDistance";
  const { subsets = 100, subsetSize = 1000, seed = 0, limit, batchSize = 256 } = options;
  const checks = check(owner);
  checks.known(options, ["features", "limit", "batchSize", "subsets", "subsetSize", "seed"]);
  checks.integer("subsets", subsets, { min: 1 });
  checks.integer("subsetSize", subsetSize, { min: 2 });
  const features = options.features ?? (await defaultFeatures(owner));
  const plan = { batchSize, ...(limit === undefined ? {} : { limit }) };
  return withFeaturePair(owner, { real, generated }, features, plan, async (x, y) => {
    const size = Math.min(subsetSize, x.shape[0], y.shape[0]);
    if (size < 2) throw new DataError(`${owner}: expected at least 2 examples in both sets, received ${size}.`);
    const source = random(seed).stream(owner);
    const values: number[] = [];
    for (let i = 0; i < subsets; i++) {
      const a = subset(x, size, source);
      const b = subset(y, size, source);
      values.push(await discrepancy(a, b));
      tf.dispose([a, b]);
    }
    const mean = values.reduce((sum, value) => sum + value, 0) / subsets;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, standardError: subsets < 2 ? 0 : Math.sqrt(squares / (subsets - 1) / subsets), count: subsets };
  });
}

/** Rows drawn without repetition; all of them, in order, when that many are wanted. */
function subset(rows: tf.Tensor2D, size: number, source: Random): tf.Tensor2D {
  if (size === rows.shape[0]) return tf.clone(rows);
  const chosen = Int32Array.from(source.permutation(rows.shape[0]).subarray(0, size));
  return tf.tidy(() => tf.gather(rows, tf.tensor1d(chosen, "int32")));
}

/** Unbiased squared maximum mean discrepancy: pairs of an example with itself are left out. */
async function discrepancy(x: tf.Tensor2D, y: tf.Tensor2D): Promise<number> {
  const size = x.shape[0];
  const sums = tf.tidy(() => [
    tf.sub(rowSums(x, x), selfKernel(x)),
    tf.sub(rowSums(y, y), selfKernel(y)),
    rowSums(x, y),
  ]);
  // Added up in double precision: the three terms nearly cancel.
  const totals = await Promise.all(
    sums.map(async (row) => {
      const values = (await row.data()) as Float32Array;
      return values.reduce((total, value) => total + value, 0);
    }),
  );
  tf.dispose(sums);
  const pairs = size * (size - 1);
  return totals[0]! / pairs + totals[1]! / pairs - (2 * totals[2]!) / (size * size);
}

function polynomial(products: tf.Tensor, features: number): tf.Tensor {
  const base = tf.add(tf.div(products, features), 1);
  return tf.mul(base, tf.square(base));
}

function rowSums(x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor {
  return tf.sum(polynomial(tf.matMul(x, y, false, true), x.shape[1]), 1);
}

function selfKernel(x: tf.Tensor2D): tf.Tensor {
  return polynomial(tf.sum(tf.square(x), 1), x.shape[1]);
}
