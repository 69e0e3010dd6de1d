import { type Batch, DataError, LatentKitError, type Model, type Random } from "@latentkit/core";
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
      if (rest > 0 && used && examplesOf(batch) >= rest) await tryLosses(model, batch, rest, random);
    } finally {
      tf.dispose(batch as never);
    }
    return;
  }
}

async function tryLosses<B extends Batch>(model: Model<B>, batch: B, rest: number, random: Random): Promise<void> {
  const help = `the last batch of the validation data has ${rest} example${rest === 1 ? "" : "s"}; choose a \`validation.batchSize\` that leaves more, or none`;
  for (const { name, loss } of model.objectives.map((objective) => ({
    name: objective.name,
    loss: objective.loss.bind(objective),
  }))) {
    const step = stepContext(random.stream(name).at(0));
    let total: tf.Scalar;
    try {
      total = tf.tidy(() => {
        const few = Object.fromEntries(
          Object.entries(batch).map(([field, tensor]) => [field, tf.slice(tensor, 0, rest)]),
        ) as unknown as B;
        return withStep(step, () => loss(few, step).total);
      });
    } catch (cause) {
      const why = cause instanceof LatentKitError ? cause.message : `the loss of '${name}' cannot be computed`;
      throw new DataError(`train: ${why} This was found because ${help}.`, { cause });
    }
    const [value] = Array.from(await readTogether([total]));
    if (!Number.isNaN(value)) continue;
    throw new DataError(`train: expected a number as the loss of '${name}', received NaN: ${help}.`);
  }
}
