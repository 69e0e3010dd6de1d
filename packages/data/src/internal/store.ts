import { type Batch, DataError } from "@latentkit/core";
import { sizeOf } from "@latentkit/core/authoring";
import type { ArrayDataset } from "../array-dataset.js";
import type { StoredField } from "./field.js";
import { StoredDataset } from "./stored-dataset.js";

/**
 * A dataset of fields that have the same number of examples.
 *
 * @throws DataError when there is no field, no example, a length that is no multiple of an example's, or two lengths.
 */
export function store<B extends Batch, I = unknown>(
  owner: string,
  fields: Readonly<Record<string, StoredField>>,
  info: I,
): ArrayDataset<B, I> {
  const lengths = Object.entries(fields).map(([name, field]): [string, number] => [name, length(owner, name, field)]);
  const [first] = lengths;
  if (first === undefined) throw new DataError(`${owner}: expected at least one field, such as x, received none.`);
  for (const [name, count] of lengths) {
    if (count !== first[1]) {
      throw new DataError(
        `${owner}: expected all fields to have as many examples, received ${first[1]} of '${first[0]}' and ${count} of '${name}'.`,
      );
    }
  }
  if (first[1] === 0) throw new DataError(`${owner}: expected at least one example, received an empty dataset.`);
  return new StoredDataset<B, I>(
    fields,
    info,
    Uint32Array.from({ length: first[1] }, (_, i) => i),
  );
}

/**
 * Refuses values that would turn every loss into NaN.
 *
 * @throws DataError at the first value that is NaN or infinite.
 */
export function refuseNonFinite(owner: string, name: string, values: ArrayLike<number>, size: number): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) continue;
    throw new DataError(
      `${owner}: expected finite numbers, received ${values[i]} in '${name}', example ${Math.floor(i / size)}; remove or replace such values, or pass finite: false to let them through.`,
    );
  }
}

function length(owner: string, name: string, { values, shape }: StoredField): number {
  const size = sizeOf(shape);
  if (values.length % size === 0) return values.length / size;
  throw new DataError(
    `${owner}: expected '${name}' to hold a multiple of ${size} values, shape [${shape.join(", ")}], received ${values.length}; correct the shape or the values.`,
  );
}
