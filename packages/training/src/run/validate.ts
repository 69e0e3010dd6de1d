import {
  type Batch,
  type Compile,
  DataError,
  type Dataset,
  type Objective,
  type PreparedFunction,
  type Random,
} from "@latentkit/core";
import type { Breather } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type BatchRules, checkBatchValues, examplesOf } from "./check-values.js";
import { readTogether } from "./read-together.js";
import { forget, takeNext } from "./take-next.js";

/** Batches of one validation over a stream that tells no size, unless the options say otherwise. */
export const MOST_BATCHES = 10_000;

/** Where validation data come from and how often they are used. */
export interface ValidationOptions<B extends Batch> {
  readonly data: Dataset<B>;
  /** Steps between two validations. Default after each epoch. */
  readonly every?: number;
  /** Examples in a batch. Default the training batch size. */
  readonly batchSize?: number;
  /** Batches that are used of data with more, or without end. Default all. */
  readonly batches?: number;
}

/** What one validation needs to know. */
export interface ValidationRun<B extends Batch> {
  readonly data: Dataset<B>;
  readonly batchSize: number;
  /** Batches that are used at most. */
  readonly batches: number | undefined;
  readonly objectives: readonly Objective<B>[];
  /** Their losses, see {@link prepareValidation}. */
  readonly losses: readonly PreparedFunction[];
  /** The same stream each time, so that two validations differ by the weights alone. */
  readonly random: Random;
  /** What batches are checked against, and whether all values are looked at. */
  readonly rules: BatchRules;
  readonly values: boolean;
  readonly signal: AbortSignal | undefined;
  readonly breather: Breather;
  /** Number of the update that each objective's schedules are read at. */
  updateOf(objective: Objective<B>): number;
}

/** Every objective's losses in evaluation mode, ready to be computed in the way in which a run computes its steps. */
export function prepareValidation<B extends Batch>(
  objectives: readonly Objective<B>[],
  compile: Compile,
): readonly PreparedFunction[] {
  return objectives.map((objective) =>
    compile(function validation(batch, step) {
      const { total, parts } = objective.loss(batch as B, step);
      return { loss: total, ...parts };
    }),
  );
}

/**
 * Means of every objective's losses over a dataset in its stored order, by example; `undefined` when the signal fires first.
 *
 * @throws DataError for data without examples, without end, or outside the model's fields.
 */
export async function validate<B extends Batch>(run: ValidationRun<B>): Promise<Record<string, number> | undefined> {
  const { signal, batches = Number.POSITIVE_INFINITY } = run;
  const sums: Record<string, number> = {};
  const pass = run.data.batches({ batchSize: run.batchSize })[Symbol.asyncIterator]();
  let examples = 0;
  let waiting = false;
  try {
    for (let index = 0; index < batches; index++) {
      const coming = pass.next();
      const taken = await takeNext(coming, signal);
      waiting = taken === undefined;
      if (taken === undefined) forget(coming);
      if (taken === undefined || signal?.aborted) {
        if (taken && !taken.done) tf.dispose(taken.value as never);
        return undefined;
      }
      if (taken.done) break;
      checkEnds(run, index);
      examples += await addLosses(run, taken.value, index, sums);
      await run.breather.pause();
    }
  } finally {
    const ending = pass.return?.();
    // A source that waits may never answer.
    if (waiting) ending?.catch(() => undefined);
    else await ending;
  }
  if (examples === 0) throw new DataError("train: expected validation data with at least one example, received none.");
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [`validation/${name}`, sum / examples]));
}

/** Adds a batch's losses, times its examples, and frees it. */
async function addLosses<B extends Batch>(
  run: ValidationRun<B>,
  batch: B,
  index: number,
  sums: Record<string, number>,
): Promise<number> {
  const losses: Record<string, tf.Tensor> = {};
  try {
    await checkBatchValues(run.rules, batch, "validation data", index, run.values);
    for (const [i, objective] of run.objectives.entries()) {
      const noise = run.random.stream(objective.name).at(index);
      const results = await run.losses[i]!.run(batch, noise, run.updateOf(objective));
      for (const [name, value] of Object.entries(results)) losses[`${objective.name}/${name}`] = value;
    }
  } catch (error) {
    tf.dispose(losses);
    throw error;
  } finally {
    tf.dispose(batch as never);
  }
  const size = examplesOf(batch);
  const values = await readTogether(Object.values(losses) as tf.Scalar[]);
  for (const [i, name] of Object.keys(losses).entries()) sums[name] = (sums[name] ?? 0) + values[i]! * size;
  return size;
}

function checkEnds<B extends Batch>({ data, batches }: ValidationRun<B>, index: number): void {
  if (data.size !== undefined || batches !== undefined || index < MOST_BATCHES) return;
  throw new DataError(
    `train: expected validation data that end, received more than ${MOST_BATCHES} batches of a stream without a size; set \`validation.batches\`, or the stream's \`size\`.`,
  );
}
