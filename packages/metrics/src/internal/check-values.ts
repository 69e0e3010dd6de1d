import type { Batch, FieldSpecs } from "@latentkit/core";
import { checkSupport, sizeOf } from "@latentkit/core/authoring";

/**
 * Refuses class numbers that are none, and data that the model gives no probability when it is scored: a metric would give a number
 * that means nothing.
 *
 * @throws DataError with the value and its place.
 */
export async function checkValues(
  owner: string,
  fields: FieldSpecs,
  batch: Batch,
  first: number,
  scored: boolean,
): Promise<void> {
  for (const [name, { classes, support }] of Object.entries(fields)) {
    const tensor = batch[name];
    const wanted =
      classes === undefined
        ? scored
          ? support
          : undefined
        : { name: `class numbers from 0 to ${classes - 1}`, min: 0, max: classes - 1, integer: true };
    if (tensor === undefined || wanted === undefined) continue;
    checkSupport(owner, name, await tensor.data(), wanted, { size: sizeOf(tensor.shape.slice(1)), first });
  }
}
