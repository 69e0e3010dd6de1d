import { type Batch, DataError, LatentKitError, type Model, type Objective, type Random } from "@latentkit/core";
import { stepContext, withStep } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkBatchValues, examplesOf } from "./check-values.js";
import { readTogether } from "./read-together.js";
import type { ValidationOptions } from "./validate.js";

/**
 * Computes the losses of a last validation batch before the run begins, when it has fewer examples than the others: statistics of a
 * batch, packs and pairs of examples need some number of them, and it is better said now than after an epoch.
 *
 * @param size - Examples in a batch of a validation that does not say it.
 * @throws DataError that says how many examples the last batch has, and what to do.
 */
export async function checkLastBatch<B extends Batch>(
  model: Model<B>,
  validation: ValidationOptions<B>,
  size: number,
  random: Random,
): Promise<void> {
  const { data, batches, batchSize = size } = validation;
  // A stream without a size has no last batch that is known, and may wait for its source.
  if (data.size === undefined) return;
  for await (const batch of data.batches({ batchSize })) {
    try {
      await checkBatchValues(model, batch, "validation data", 0, true);
      const rest = data.size % batchSize;
      const used = batches === undefined || batches * batchSize > data.size;
      if (rest > 0 && used && examplesOf(batch) >= rest) {
        const help = `the last batch of the validation data has ${count(rest)}; choose a \`validation.batchSize\` that leaves more, or none`;
        await tryLosses(model, (tensor) => tf.slice(tensor, 0, rest), batch, random, help);
      }
    } finally {
      tf.dispose(batch as never);
    }
    return;
  }
}

/** Examples of a batch from which on no objective needs more. */
const ENOUGH = 32;

/**
 * Computes the losses of the first training batch when it is small, before anything is moved: statistics of a batch, packs and pairs of
 * examples need some number of them.
 *
 * @throws DataError that says how many examples the batches have, and what to do.
 */
export async function checkSmallBatch<B extends Batch>(model: Model<B>, batch: B, random: Random): Promise<void> {
  const size = examplesOf(batch);
  if (size === 0 || size >= ENOUGH / 2) return;
  const help = `the batches have ${count(size)}; choose a larger \`batchSize\``;
  await tryLosses(model, (tensor) => tensor.clone(), batch, random, help);
}

const count = (examples: number): string => `${examples} example${examples === 1 ? "" : "s"}`;

async function tryLosses<B extends Batch>(
  model: Model<B>,
  few: (field: tf.Tensor) => tf.Tensor,
  batch: B,
  random: Random,
  help: string,
): Promise<void> {
  const total = async (objective: Objective<B>, change: (field: tf.Tensor) => tf.Tensor): Promise<number> => {
    const step = stepContext(random.stream(objective.name).at(0));
    const scalar = tf.tidy(() => {
      const fields = Object.entries(batch).map(([field, tensor]) => [field, change(tensor)]);
      return withStep(step, () => objective.loss(Object.fromEntries(fields) as unknown as B, step).total);
    });
    const [value] = Array.from(await readTogether([scalar]));
    return value!;
  };
  const more = (field: tf.Tensor): tf.Tensor =>
    tf.tile(field, [Math.ceil(ENOUGH / field.shape[0]!), ...field.shape.slice(1).map(() => 1)]);
  for (const objective of model.objectives) {
    let value: number;
    try {
      value = await total(objective, few);
    } catch (cause) {
      const why =
        cause instanceof LatentKitError ? cause.message : `the loss of '${objective.name}' cannot be computed`;
      throw new DataError(`train: ${why} This was found because ${help}.`, { cause });
    }
    // With more examples no better: then it is not their number.
    if (!Number.isNaN(value) || Number.isNaN(await total(objective, more))) continue;
    throw new DataError(`train: expected a number as the loss of '${objective.name}', received NaN: ${help}.`);
  }
}
