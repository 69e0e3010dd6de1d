import type { DataBatch, Dataset, Random } from "@latentkit/core";
import { check, DataError, ShapeError, showShape } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/**
 * What a metric measures: a dataset, read batch by batch, or one tensor `[n, …]`, which is cut into slices and stays the
 * caller's.
 */
export type Examples = Dataset<DataBatch> | tf.Tensor;

/** One batch on its way through a metric. */
export interface VisitedBatch {
  /** The examples, `[size, …]`; freed after the visit. */
  readonly x: tf.Tensor;
  /** All tensors of the batch, `x` among them. */
  readonly batch: Readonly<Record<string, tf.Tensor>>;
  /** Number of the batch, from 0. */
  readonly index: number;
  /** Number of its first example, from 0. */
  readonly first: number;
  /** Examples in it. */
  readonly size: number;
}

/** How data is cut. */
export interface BatchPlan {
  readonly batchSize: number;
  /** Where the order comes from; the stored order without it. */
  readonly random?: Random;
  /** Examples after which to stop; all of them without it. */
  readonly limit?: number;
}

/**
 * Visits data in batches and frees each after its visit, so that memory does not grow with the data.
 *
 * @returns How many examples were visited.
 * @throws DataError when there are none; ShapeError when they are scalars or lack a batch axis.
 */
export async function eachBatch(
  owner: string,
  data: Examples,
  plan: BatchPlan,
  visit: (batch: VisitedBatch) => void | Promise<void>,
): Promise<number> {
  const { batchSize, random, limit = Number.POSITIVE_INFINITY } = plan;
  check(owner).integer("batchSize", batchSize, { min: 1 });
  let first = 0;
  let index = 0;
  const batches = data instanceof tf.Tensor ? slices(owner, data, plan) : data.batches({ batchSize, random });
  for await (const whole of batches) {
    const batch = shorten(whole, limit - first);
    try {
      const x = batch.x;
      if (x === undefined || x.rank < 2) {
        throw new ShapeError(
          `${owner}: expected batches with \`x\` of shape [batch, …], received ${x === undefined ? "no `x`" : showShape(x.shape)}.`,
        );
      }
      const size = x.shape[0]!;
      await visit({ x, batch, index, first, size });
      first += size;
      index++;
    } finally {
      tf.dispose(Object.values(batch));
    }
    if (first >= limit) break;
  }
  if (first === 0) throw new DataError(`${owner}: expected at least one example, received none.`);
  return first;
}

function* slices(owner: string, data: tf.Tensor, { batchSize, random }: BatchPlan): Generator<DataBatch> {
  if (data.rank < 2) {
    throw new ShapeError(`${owner}: expected \`data\` to have shape [n, …], received ${showShape(data.shape)}.`);
  }
  const count = data.shape[0]!;
  const order = random && new Int32Array(random.permutation(count));
  for (let start = 0; start < count; start += batchSize) {
    const size = Math.min(batchSize, count - start);
    yield {
      x: order
        ? tf.tidy(() => tf.gather(data, tf.tensor1d(order.subarray(start, start + size), "int32")))
        : tf.slice(data, start, size),
    };
  }
}

/** The first `most` examples of a batch that has more. */
function shorten(batch: DataBatch, most: number): Readonly<Record<string, tf.Tensor>> {
  if (batch.x === undefined || batch.x.rank === 0 || batch.x.shape[0]! <= most) return batch;
  const short = Object.entries(batch).map(([name, tensor]) => [name, tf.slice(tensor, 0, most)] as const);
  tf.dispose(Object.values(batch));
  return Object.fromEntries(short);
}
