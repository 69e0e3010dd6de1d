import { type Batch, DataError, type Dataset } from "@latentkit/core";
import { check, integer, optional, resolveOptions, text } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { breather } from "./internal/breath.js";
import { abortSignal, checkOptions } from "./internal/options.js";

/** Mean and standard deviation of each feature: plain numbers, so that they can be kept as JSON with a model. */
export interface Statistics {
  readonly mean: readonly number[];
  /** Population standard deviation; 1 for a feature that never changes, which is then only centred. */
  readonly deviation: readonly number[];
}

/** Brings features to mean 0 and deviation 1 and back, by statistics that do not change any more. */
export interface Standardizer extends Statistics {
  /** The map to give to datasets: `train.map(scaling.apply)`. */
  apply<B extends Batch>(this: void, batch: B): B;
  /** `(x − mean) / deviation`, `[…, features]`. */
  transform(this: void, x: tf.Tensor): tf.Tensor;
  /** `x · deviation + mean`, `[…, features]`: from a model's output to the units of the data. */
  invert(this: void, x: tf.Tensor): tf.Tensor;
}

/** Options of {@link standardizer}. */
export interface StandardizerOptions {
  /** Field to standardize. Default `x`. */
  readonly field?: string;
}

/** Options of {@link standardize}. */
export interface StandardizeOptions extends StandardizerOptions {
  /** Examples to measure at most: for streams without an end. Default all. */
  readonly limit?: number;
  /** Ends measuring. */
  readonly signal?: AbortSignal;
}

const FIELD = { field: text({ default: "x" }) };
const OPTIONS = { ...FIELD, limit: optional(integer({ min: 1 })), signal: optional(abortSignal) };

/**
 * Measures a dataset's features, for tabular data and sequences: take the statistics of the training data and apply them to
 * the test data too.
 *
 * **Shapes** the field is `[batch, …, features]`; the statistics are over all axes but the last.
 *
 * **Source** Chan, Golub and LeVeque, "Algorithms for Computing the Sample Variance", 1983, equation 2.1: exact in one pass
 * where the sum of squares is not.
 *
 * @throws DataError when a value is NaN or infinite; ConfigError when there is no such field.
 * @example
 * ```ts
 * import { fromArrays, standardize } from "@latentkit/data";
 * const [train, test] = fromArrays({ x: [[1, 100], [2, 300], [3, 200], [4, 400]] }).split([0.5, 0.5]);
 * const scaling = await standardize(train);
 * const [scaledTrain, scaledTest] = [train.map(scaling.apply), test.map(scaling.apply)];
 * console.log(scaling.mean, scaledTrain.size, scaledTest.size);
 * ```
 */
export async function standardize(dataset: Dataset, options: StandardizeOptions = {}): Promise<Standardizer> {
  const { field, limit = Number.POSITIVE_INFINITY, signal } = resolveOptions("standardize", OPTIONS, options);
  check("standardize").that(
    "dataset",
    dataset,
    typeof dataset?.batches === "function",
    "a dataset; make one of arrays or tensors with fromArrays or fromTensors",
  );
  const breathe = breather();
  let seen = 0;
  let count = 0;
  let mean = new Float64Array(0);
  let squares = new Float64Array(0);
  for await (const batch of dataset.batches({ batchSize: Math.min(1024, limit) })) {
    const [examples, features] = [batch[field]?.shape[0] ?? 0, batch[field]?.shape.at(-1) ?? 0];
    let values: ArrayLike<number>;
    try {
      signal?.throwIfAborted();
      check("standardize").that("field", field, features > 0, `one of '${Object.keys(batch).join("', '")}'`);
      const all = await batch[field]!.data();
      values = all.subarray(0, (all.length / examples) * Math.min(examples, limit - seen));
    } finally {
      tf.dispose(batch as tf.TensorContainer);
    }
    seen += examples;
    if (count === 0) [mean, squares] = [new Float64Array(features), new Float64Array(features)];
    const rows = values.length / features;
    for (let feature = 0; feature < features; feature++) {
      let sum = 0;
      for (let i = feature; i < values.length; i += features) sum += values[i]!;
      if (!Number.isFinite(sum)) {
        throw new DataError(
          `standardize: expected finite numbers, received ${sum} as a sum of feature ${feature} of '${field}'; remove or replace NaN and infinite values first.`,
        );
      }
      const own = sum / rows;
      let spread = 0;
      for (let i = feature; i < values.length; i += features) spread += (values[i]! - own) ** 2;
      const apart = own - mean[feature]!;
      squares[feature]! += spread + (apart * apart * count * rows) / (count + rows);
      mean[feature]! += (apart * rows) / (count + rows);
    }
    count += rows;
    if (seen >= limit) break;
    await breathe();
  }
  if (count === 0) throw new DataError("standardize: expected at least one example, received an empty dataset.");
  const deviation = Array.from(squares, (sum) => Math.sqrt(sum / count) || 1);
  return standardizer({ mean: [...mean], deviation }, { field });
}

/**
 * The standardizer of statistics measured before, such as those kept with a model.
 *
 * @throws ConfigError when the two have different lengths, or a deviation is not above 0.
 * @example
 * ```ts
 * import { standardizer } from "@latentkit/data";
 * import * as tf from "@tensorflow/tfjs";
 * standardizer({ mean: [1, 2], deviation: [1, 10] }).invert(tf.zeros([4, 2])).print(); // rows [1, 2]
 * ```
 */
export function standardizer(statistics: Statistics, options: StandardizerOptions = {}): Standardizer {
  const { field } = resolveOptions("standardizer", FIELD, options);
  checkOptions("standardizer", statistics, "statistics");
  check("standardizer").known(statistics, ["mean", "deviation", "apply", "transform", "invert"]);
  const lists = Array.isArray(statistics?.mean) && Array.isArray(statistics?.deviation);
  check("standardizer").that("statistics", statistics, lists, "{ mean, deviation }, two lists of numbers");
  const mean = [...statistics.mean];
  const deviation = [...statistics.deviation];
  const checker = check("standardizer");
  checker.that("deviation", deviation, deviation.length === mean.length, `${mean.length} numbers, as many as \`mean\``);
  mean.forEach((value, i) => {
    checker.number(`mean[${i}]`, value);
    checker.number(`deviation[${i}]`, deviation[i]!, { above: 0 });
  });
  const transform = (x: tf.Tensor): tf.Tensor =>
    tf.tidy(() => tf.div(tf.sub(x, tf.tensor1d(mean)), tf.tensor1d(deviation)));
  const invert = (x: tf.Tensor): tf.Tensor =>
    tf.tidy(() => tf.add(tf.mul(x, tf.tensor1d(deviation)), tf.tensor1d(mean)));
  const apply = <B extends Batch>(batch: B): B => {
    check("standardizer").that(
      "field",
      field,
      batch[field] !== undefined,
      `one of '${Object.keys(batch).join("', '")}'`,
    );
    return { ...batch, [field]: transform(batch[field] as tf.Tensor) };
  };
  return { mean, deviation, apply, transform, invert };
}
