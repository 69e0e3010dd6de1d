import {
  type Batch,
  type Conditioned,
  ConfigError,
  DataError,
  type Dataset,
  type FieldSpecs,
  type Given,
  type Random,
  ShapeError,
} from "@latentkit/core";
import { Breather, checkFields, givenOf, showShape } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkValues } from "./check-values.js";
import { untilAborted } from "./until-aborted.js";

/**
 * What a metric measures: a dataset, read batch by batch, or one tensor `[n, …]`, which is cut into slices and stays the
 * caller's.
 */
export type Examples = Dataset<Batch & { readonly x: tf.Tensor }> | tf.Tensor;

/** One batch on its way through a metric. */
export interface VisitedBatch {
  /** The examples, `[size, …]`; freed after the visit. */
  readonly x: tf.Tensor;
  /** What the model is told beside them, for its capabilities; nothing for unconditional models. */
  readonly given: Given | undefined;
  /** All tensors of the batch, `x` among them. */
  readonly batch: Batch;
  /** Number of the batch, from 0. */
  readonly index: number;
  /** Number of its first example, from 0. */
  readonly first: number;
  /** Examples in it. */
  readonly size: number;
}

/** A model as far as reading data for it goes: what it is told, and what its batches hold. */
export interface ReadingModel extends Conditioned {
  readonly fields?: FieldSpecs;
}

/** How data is cut. */
export interface BatchPlan {
  readonly batchSize: number;
  /** Where the order comes from; the stored order without it. */
  readonly random?: Random;
  /** Examples after which to stop; all of them without it. */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The model that is measured: batches have to hold its conditions, which are handed on. */
  readonly model?: ReadingModel;
  /** Set when the model gives data a probability: values outside its likelihood's support are refused. */
  readonly scored?: boolean;
}

/** Where reading data that does not say how much it is ends: no measurement reads so much, and an endless stream has to end. */
const MOST = 10_000_000;

/**
 * Visits data in batches and frees each after its visit, so that memory does not grow with the data. Others get a turn between
 * batches; a signal ends it there, or while a batch is waited for.
 *
 * @param name - What the caller knows the data as.
 * @returns How many examples were visited.
 * @throws DataError when there are none, when conditions of the model are missing or values outside its support; ShapeError when
 *   examples are scalars, lack a batch axis or change their shape; ConfigError for what is no data.
 */
export async function eachBatch(
  owner: string,
  data: Examples,
  plan: BatchPlan,
  visit: (batch: VisitedBatch) => void | Promise<void>,
  name = "data",
): Promise<number> {
  const { batchSize, random, signal, model } = plan;
  const batches =
    data instanceof tf.Tensor
      ? slices(owner, name, data, plan)
      : checked(owner, name, data).batches({ batchSize, random });
  const stated = data instanceof tf.Tensor ? undefined : data.size;
  const limit = Math.min(plan.limit ?? Number.POSITIVE_INFINITY, stated ?? Number.POSITIVE_INFINITY);
  const fields = { ...(model?.fields?.x && { x: model.fields.x }), ...model?.given };
  const breather = new Breather();
  let [first, index] = [0, 0];
  let shape: string | undefined;
  for await (const whole of untilAborted(batches, signal, (late) => tf.dispose(Object.values(late)))) {
    const batch = shorten(whole, limit - first);
    try {
      const { x } = batch;
      if (x === undefined) checkFields(owner, { x: { shape: [null, null] } }, batch);
      if (x === undefined || x.rank < 2) {
        throw new ShapeError(
          `${owner}: expected batches with \`x\` of shape [batch, …], received ${x === undefined ? "no `x`" : showShape(x.shape)}.`,
        );
      }
      const size = x.shape[0]!;
      shape ??= showShape([null, ...x.shape.slice(1)]);
      if (shape !== showShape([null, ...x.shape.slice(1)])) {
        throw new ShapeError(
          `${owner}: expected all batches to have \`x\` of shape ${shape}, received ${showShape(x.shape)} in batch ${index}.`,
        );
      }
      if (size > 0) {
        checkFields(owner, fields, batch);
        await checkValues(owner, fields, batch, first, plan.scored === true);
        await visit({ x, given: givenOf(model?.given, batch), batch, index, first, size });
      }
      first += size;
      index++;
    } finally {
      tf.dispose(Object.values(batch));
    }
    if (first >= limit) break;
    if (first >= MOST) {
      throw new DataError(
        `${owner}: expected \`${name}\` to end, received ${first} examples and more; pass \`limit\` for a stream without end.`,
      );
    }
    await breather.pause();
    signal?.throwIfAborted();
  }
  if (first === 0) throw new DataError(`${owner}: expected at least one example in \`${name}\`, received none.`);
  return first;
}

function checked<D extends Exclude<Examples, tf.Tensor>>(owner: string, name: string, data: D): D {
  if (typeof (data as Partial<D> | null | undefined)?.batches === "function") return data;
  const mend = (data as unknown) instanceof Promise ? "await it" : "make one with fromArrays or fromTensors";
  throw new ConfigError(`${owner}: expected \`${name}\` to be a dataset or a tensor [n, …]; ${mend}.`);
}

async function* slices(
  owner: string,
  name: string,
  data: tf.Tensor,
  { batchSize, random }: BatchPlan,
): AsyncGenerator<Batch> {
  if (data.rank < 2) {
    throw new ShapeError(`${owner}: expected \`${name}\` to have shape [n, …], received ${showShape(data.shape)}.`);
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
function shorten(batch: Batch, most: number): Batch {
  if (batch.x === undefined || batch.x.rank === 0 || batch.x.shape[0]! <= most) return batch;
  const short = Object.entries(batch).map(([name, tensor]) => [name, tf.slice(tensor, 0, most)] as const);
  tf.dispose(Object.values(batch));
  return Object.fromEntries(short);
}
