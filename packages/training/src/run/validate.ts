import {
  type Batch,
  type Compile,
  DataError,
  type Dataset,
  type Objective,
  type PreparedFunction,
  type Random,
} from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { readTogether } from "./read-together.js";

/** Where validation data come from and how often they are used. */
export interface ValidationOptions<B extends Batch> {
  readonly data: Dataset<B>;
  /** Steps between two validations; after each epoch unless given. */
  readonly every?: number;
  /** Examples in a batch; the training batch size unless given. */
  readonly batchSize?: number;
}

/** What one validation needs to know. */
export interface ValidationRun<B extends Batch> {
  readonly data: Dataset<B>;
  readonly batchSize: number;
  readonly objectives: readonly Objective<B>[];
  /** Their losses, see {@link prepareValidation}. */
  readonly losses: readonly PreparedFunction[];
  /** The same stream each time, so that two validations differ by the weights alone. */
  readonly random: Random;
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

/** Means of every objective's losses over a dataset in its stored order, by example. */
export async function validate<B extends Batch>(run: ValidationRun<B>): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  let examples = 0;
  let index = 0;
  for await (const batch of run.data.batches({ batchSize: run.batchSize })) {
    const size = Object.values(batch)[0]?.shape[0] ?? 0;
    const losses: Record<string, tf.Tensor> = {};
    for (const [i, objective] of run.objectives.entries()) {
      const noise = run.random.stream(objective.name).at(index);
      const results = await run.losses[i]!.run(batch, noise, run.updateOf(objective));
      for (const [name, value] of Object.entries(results)) losses[`${objective.name}/${name}`] = value;
    }
    tf.dispose(batch as never);
    const values = await readTogether(Object.values(losses) as tf.Scalar[]);
    for (const [i, name] of Object.keys(losses).entries()) sums[name] = (sums[name] ?? 0) + values[i]! * size;
    examples += size;
    index++;
  }
  if (examples === 0) throw new DataError("train: expected validation data with at least one example, received none.");
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [`validation/${name}`, sum / examples]));
}
