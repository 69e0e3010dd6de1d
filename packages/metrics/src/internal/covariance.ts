import { ShapeError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { type Examples, eachBatch } from "./each-batch.js";

/** First and second moments of data, in double precision. */
export interface Moments {
  readonly mean: Float64Array;
  /** Covariance divided by n, row after row. */
  readonly matrix: Float64Array;
  readonly count: number;
}

/**
 * Mean and covariance of flattened examples in one pass. Each batch is centred before it is squared and batches are joined
 * in double precision, so that neither a large mean nor many examples cost digits.
 *
 * Source: Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", 1979,
 * equation 2.1, for matrices.
 *
 * @param checkSize - May refuse the size of an example before anything of size² is made.
 */
export async function covariance(
  owner: string,
  data: Examples,
  batchSize: number,
  checkSize: (size: number) => void = () => {},
): Promise<Moments> {
  let mean: Float64Array | undefined;
  let sums = new Float64Array(0);
  const count = await eachBatch(owner, data, { batchSize }, async ({ x, first, size: added }) => {
    const size = x.size / added;
    if (mean === undefined) {
      checkSize(size);
      mean = new Float64Array(size);
      sums = new Float64Array(size * size);
    } else if (mean.length !== size) {
      throw new ShapeError(`${owner}: expected examples of ${mean.length} values, received ${size}.`);
    }
    const [center, scatter] = tf.tidy(() => {
      const rows = tf.reshape(x, [added, size]);
      const middle = tf.mean(rows, 0);
      const centered = tf.sub(rows, middle);
      return [middle, tf.matMul(centered, centered, true)];
    }) as [tf.Tensor1D, tf.Tensor2D];
    const [batchMean, batchSums] = await Promise.all([center.data(), scatter.data()]);
    tf.dispose([center, scatter]);
    join(mean, sums, first, batchMean, batchSums, added);
  });
  return { mean: mean!, matrix: sums.map((sum) => sum / count), count };
}

/** Adds a batch's mean and sums of products to those of the examples before it. */
function join(
  mean: Float64Array,
  sums: Float64Array,
  before: number,
  batchMean: ArrayLike<number>,
  batchSums: ArrayLike<number>,
  added: number,
): void {
  const size = mean.length;
  const shift = mean.map((value, i) => batchMean[i]! - value);
  const weight = (before * added) / (before + added);
  for (let row = 0; row < size; row++) {
    const scaled = weight * shift[row]!;
    for (let column = 0; column < size; column++) {
      sums[row * size + column]! += batchSums[row * size + column]! + scaled * shift[column]!;
    }
  }
  for (let i = 0; i < size; i++) mean[i]! += (shift[i]! * added) / (before + added);
}
