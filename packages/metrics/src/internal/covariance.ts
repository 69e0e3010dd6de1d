import { DataError, ShapeError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { type BatchPlan, type Examples, eachBatch } from "./each-batch.js";

/** First and second moments of data, in double precision. */
export interface Moments {
  readonly mean: Float64Array;
  /** Covariance divided by n, row after row. */
  readonly matrix: Float64Array;
  readonly count: number;
}

/**
 * Mean and covariance of flattened examples in one pass. Each batch is moved by its first example, centred and scaled value by value
 * before it is squared, and batches are joined in double precision: neither a mean of a million, nor values of 1e20, nor many
 * examples cost digits.
 *
 * Source: Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", 1979,
 * equation 2.1, for matrices.
 *
 * @param checkSize - May refuse the size of an example before anything of size² is made.
 * @throws DataError for NaN and infinite values.
 */
export async function covariance(
  owner: string,
  data: Examples,
  plan: BatchPlan,
  checkSize: (size: number) => void = () => {},
  name = "data",
): Promise<Moments> {
  let mean: Float64Array | undefined;
  let sums = new Float64Array(0);
  const visit = async ({ x, first, size: added }: { x: tf.Tensor; first: number; size: number }): Promise<void> => {
    const size = x.size / added;
    if (mean === undefined) {
      checkSize(size);
      mean = new Float64Array(size);
      sums = new Float64Array(size * size);
    } else if (mean.length !== size) {
      throw new ShapeError(`${owner}: expected examples of ${mean.length} values, received ${size}.`);
    }
    const parts = tf.tidy(() => batchMoments(tf.reshape(tf.cast(x, "float32"), [added, size])));
    const [start, shift, scale, scatter] = await Promise.all(parts.map((part) => part.data()));
    tf.dispose(parts);
    const batchMean = Float64Array.from({ length: size }, (_, i) => start![i]! + shift![i]!);
    if (!batchMean.every(Number.isFinite) || !scale!.every(Number.isFinite)) {
      throw new DataError(
        `${owner}: \`${name}\` has NaN or infinite values among examples ${first} to ${first + added - 1}; check the data and the model.`,
      );
    }
    join(mean, sums, first, { mean: batchMean, scale: scale!, scatter: scatter!, count: added });
  };
  const count = await eachBatch(owner, data, plan, visit, name);
  return { mean: mean!, matrix: sums.map((sum) => sum / count), count };
}

/** First example, mean of the differences from it, largest deviation of each value, and products of scaled deviations. */
function batchMoments(rows: tf.Tensor2D): [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor] {
  const start = tf.slice(rows, 0, 1);
  // Exact for numbers within a factor of 2 of each other.
  const moved = tf.sub(rows, start);
  const shift = tf.mean(moved, 0);
  const centered = tf.sub(moved, shift);
  const scale = tf.max(tf.abs(centered), 0);
  const scaled = tf.div(centered, tf.where(tf.greater(scale, 0), scale, tf.onesLike(scale))) as tf.Tensor2D;
  return [tf.reshape(start, [-1]), shift, scale, tf.matMul(scaled, scaled, true)];
}

interface BatchMoments {
  readonly mean: Float64Array;
  readonly scale: ArrayLike<number>;
  readonly scatter: ArrayLike<number>;
  readonly count: number;
}

/** Adds a batch's mean and sums of products to those of the examples before it. */
function join(mean: Float64Array, sums: Float64Array, before: number, batch: BatchMoments): void {
  const size = mean.length;
  const { scale, scatter, count } = batch;
  const shift = mean.map((value, i) => batch.mean[i]! - value);
  const weight = (before * count) / (before + count);
  for (let row = 0; row < size; row++) {
    const scaled = weight * shift[row]!;
    for (let column = 0; column < size; column++) {
      const at = row * size + column;
      sums[at]! += scatter[at]! * scale[row]! * scale[column]! + scaled * shift[column]!;
    }
  }
  for (let i = 0; i < size; i++) mean[i]! += (shift[i]! * count) / (before + count);
}
