import { showShape } from "../check.js";
import { DataError, ShapeError } from "../errors.js";
import type { FieldSpecs } from "../types/fields.js";
import type { Batch } from "../types/model.js";

/**
 * Refuses a batch whose fields a model has no place for.
 *
 * @throws DataError for a field that is missing, with the fields that the batch has; ShapeError for one of another shape.
 */
export function checkFields(owner: string, fields: FieldSpecs, batch: Batch): void {
  const size = batch.x?.shape[0];
  for (const [name, { shape, optional, classes }] of Object.entries(fields)) {
    const field = batch[name];
    if (field === undefined) {
      if (optional) continue;
      const names = Object.keys(batch);
      throw new DataError(
        `${owner}: expected a field \`${name}\` of shape ${showShape(shape)} in each batch, received ${names.length === 0 ? "none" : names.join(", ")}; name it when the dataset is made, as in fromArrays({ ${name}: … }), or with \`map\`.`,
      );
    }
    const fits =
      field.shape.length === shape.length &&
      shape.every((expected, i) => expected === null || field.shape[i] === expected) &&
      (size === undefined || field.shape[0] === size);
    if (!fits) {
      const expected = size === undefined ? shape : [size, ...shape.slice(1)];
      const what = classes === undefined ? "" : ` (class numbers from 0 to ${classes - 1})`;
      throw new ShapeError(
        `${owner}: expected \`batch.${name}\`${what} to have shape ${showShape(name === "x" ? shape : expected)}, received ${showShape(field.shape)}.`,
      );
    }
  }
}
