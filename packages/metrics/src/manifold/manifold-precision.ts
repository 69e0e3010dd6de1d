import { DataError } from "@latentkit/core";
import { checkShape, integer, resolveOptions } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { type FeatureFunction, flatten } from "../internal/collect-features.js";
import { closePairs, nearestDistances } from "../internal/distances.js";
import type { Examples } from "../internal/each-batch.js";
import { withFeaturePair } from "../internal/feature-pair.js";
import { type ReadingOptions, reading, rowFunction } from "../internal/options.js";

/** Options of {@link manifoldPrecision}. */
export interface ManifoldPrecisionOptions extends ReadingOptions {
  /** k: an example's neighbourhood reaches to its k-th nearest neighbour. Default 3, as in the paper. */
  readonly neighbours?: number;
  /**
   * Where distances are measured: `[batch, …]` → `[batch, features]`. Default flat data values, which forgives blur;
   * principal components see more of it, a classifier's hidden layer most.
   */
  readonly features?: FeatureFunction;
  /** Examples of each set to use at most, from its start. Default 5,000. Time grows with its square. */
  readonly limit?: number;
}

/** How well two sets of examples cover each other. */
export interface ManifoldPrecision {
  /** Share of the generated examples that lie within the real manifold: are samples good? */
  readonly precision: number;
  /** Share of the real examples that lie within the generated manifold: are all kinds of data among the samples? */
  readonly recall: number;
  /**
   * Mean distance from a generated example to the nearest real one, divided by the mean distance of a real one to its
   * nearest other: 1 when samples are as near to data as data are.
   */
  readonly distanceRatio: number;
}

/**
 * Precision and recall of generated examples by nearest neighbours. Each set stands for a manifold: the union of balls
 * around its examples, each reaching to the k-th nearest other example. An example belongs to a manifold when it lies in at
 * least one ball. Read both: a generator that repeats one good example has precision 1 and recall near 0.
 *
 * Compare only results with the same numbers of examples, k and features; real against held-out real examples is the
 * ceiling to put beside them.
 *
 * **Memory**: the features of both sets and a block of 256 × 2,048 distances. Distances that decide are measured in double precision.
 *
 * **Source**: Kynkäänniemi, Karras, Laine, Lehtinen and Aila, "Improved Precision and Recall Metric for Assessing Generative
 * Models", 2019, equations 1–3. https://arxiv.org/abs/1904.06991
 *
 * @param real - Data: a dataset, or a tensor `[n, …]`.
 * @param generated - Samples, the same way.
 * @throws ConfigError for options out of range; DataError when a set has no more than `neighbours` examples, or NaN.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { manifoldPrecision } from "@latentkit/metrics";
 * const [real, generated] = [random(1).normal([200, 2]), random(2).normal([200, 2])];
 * const { precision, recall } = await manifoldPrecision(real, generated); // both near 1
 * ```
 */
export async function manifoldPrecision(
  real: Examples,
  generated: Examples,
  options: ManifoldPrecisionOptions = {},
): Promise<ManifoldPrecision> {
  const owner = "manifoldPrecision";
  const specification = {
    ...reading(256, 2),
    neighbours: integer({ min: 1, default: 3 }),
    features: rowFunction,
  };
  const { neighbours, features = flatten, limit = 5000, ...plan } = resolveOptions(owner, specification, options);
  return withFeaturePair(owner, { real, generated }, features, { ...plan, limit }, (realRows, generatedRows) =>
    compareManifolds(owner, realRows, generatedRows, neighbours, plan.signal),
  );
}

/** {@link manifoldPrecision} of features that are there already. */
export async function compareManifolds(
  owner: string,
  real: tf.Tensor2D,
  generated: tf.Tensor2D,
  neighbours: number,
  signal?: AbortSignal,
): Promise<ManifoldPrecision> {
  checkShape(owner, "features of generated", generated.shape, [null, real.shape[1]]);
  for (const [name, set] of Object.entries({ real, generated })) {
    if (set.shape[0] <= neighbours) {
      throw new DataError(
        `${owner}: expected more than ${neighbours} ${name} examples for ${neighbours} neighbours, received ${set.shape[0]}.`,
      );
    }
  }
  const realNearest = await nearestDistances(real, real, neighbours, { itself: true, signal });
  const generatedNearest = await nearestDistances(generated, generated, neighbours, { itself: true, signal });
  const toReal = await nearestDistances(generated, real, 1, { signal });
  return {
    precision: await shareWithin(generated, real, everyLast(realNearest, neighbours), signal),
    recall: await shareWithin(real, generated, everyLast(generatedNearest, neighbours), signal),
    distanceRatio: meanRoot(toReal, 1) / meanRoot(realNearest, neighbours),
  };
}

/** Share of `query` within at least one ball around `reference`, given the balls' squared radii. */
async function shareWithin(
  query: tf.Tensor2D,
  reference: tf.Tensor2D,
  radii: Float64Array,
  signal: AbortSignal | undefined,
): Promise<number> {
  const inside = new Uint8Array(query.shape[0]);
  const search = {
    limit: (row: number, column: number) => (inside[row] === 1 ? -1 : radii[column]!),
    visit: (row: number) => {
      inside[row] = 1;
    },
  };
  await closePairs(query, reference, search, signal);
  return inside.reduce((sum, one) => sum + one, 0) / inside.length;
}

/** The last of every `count` values. */
function everyLast(values: Float64Array, count: number): Float64Array {
  return Float64Array.from({ length: values.length / count }, (_, i) => values[(i + 1) * count - 1]!);
}

/** Mean square root of the first of every `count` values. */
function meanRoot(values: Float64Array, count: number): number {
  const rows = values.length / count;
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += Math.sqrt(values[i * count]!);
  return sum / rows;
}
