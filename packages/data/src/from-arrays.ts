import { ConfigError, DataError } from "@latentkit/core";
import { check, flag, resolveOptions, sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { ArrayDataset } from "./array-dataset.js";
import type { FromOptions } from "./from-tensors.js";
import type { StoredField } from "./internal/field.js";
import { flatten, isNumberArray, type Nested, type NumberArray, storable } from "./internal/flatten.js";
import { holdsIntegers, refuseFractions } from "./internal/integers.js";
import { refuseNonFinite, store } from "./internal/store.js";

/** A field given as one long array, and the shape of one example in it. */
export interface FlatField {
  /** The values of all examples one after the other. Bytes, int32 and float32 arrays are shared, not copied. */
  readonly values: NumberArray;
  /** Shape of one example: `[28, 28, 1]`. Default `[]`, one number an example. */
  readonly shape?: readonly number[];
  /** Type of the batch's tensor. Default int32 for `label` and for signed integer arrays without a scale, else float32. */
  readonly dtype?: "float32" | "int32";
  /** What values are multiplied by when a batch is made: 1/255 for images in bytes, 1/32768 for 16-bit sound. Default 1. */
  readonly scale?: number;
}

/** A field: nested arrays, a typed array with one number an example, or a {@link FlatField}. */
export type ArrayField = Nested | NumberArray | FlatField;

/** One example by field: numbers, nested arrays or typed arrays. */
export type ArrayRow = Readonly<Record<string, number | boolean | Nested | NumberArray>>;

const OPTIONS = { finite: flag({ default: true }) };

/**
 * A dataset of plain arrays: one array for each field, or one row of fields for each example.
 *
 * Bytes stay bytes until a batch is made, so that images take a quarter of the memory of float32.
 *
 * **Shapes** Nested arrays give their own: `[[1, 2], [3, 4], [5, 6]]` is three examples of shape `[2]`.
 *
 * @throws DataError when the data is empty or ragged, lengths or fields differ, or a value is NaN or infinite (or, for int32, no
 *   integer); ConfigError when an option cannot work, such as a scale for int32.
 * @example
 * ```ts
 * import { fromArrays } from "@latentkit/data";
 * const points = fromArrays({ x: [[0, 1], [1, 0], [1, 1]], label: [0, 0, 1] });
 * const rows = fromArrays([{ x: [0, 1], label: 0 }, { x: [1, 0], label: 1 }]);
 * const images = fromArrays({ x: { values: new Uint8Array(10 * 64), shape: [8, 8, 1], scale: 1 / 255 } });
 * console.log(points.size, rows.size, images.size); // 3 2 10
 * ```
 */
export function fromArrays<R extends ArrayRow>(
  rows: readonly R[],
  options?: FromOptions,
): ArrayDataset<{ readonly [K in keyof R]: tf.Tensor }>;
export function fromArrays<F extends Readonly<Record<string, ArrayField>>>(
  fields: F,
  options?: FromOptions,
): ArrayDataset<{ readonly [K in keyof F]: tf.Tensor }>;
export function fromArrays(
  given: readonly ArrayRow[] | Readonly<Record<string, ArrayField>>,
  options: FromOptions = {},
): ArrayDataset {
  const { finite } = resolveOptions("fromArrays", OPTIONS, options);
  const fields = Array.isArray(given) ? columns(given as readonly ArrayRow[]) : given;
  const plain = typeof fields === "object" && fields !== null && !ArrayBuffer.isView(fields);
  if (!plain || fields instanceof tf.Tensor) {
    const mend = fields instanceof tf.Tensor ? "use fromTensors({ x })" : "name them: { x: values }";
    throw new ConfigError(`fromArrays: expected fields by name or rows of fields, received bare values; ${mend}.`);
  }
  const stored: Record<string, StoredField> = {};
  for (const [name, field] of Object.entries(fields)) stored[name] = toField(name, field as ArrayField, finite);
  return store("fromArrays", stored, undefined);
}

/** Rows of fields as fields of rows. */
function columns(rows: readonly ArrayRow[]): Record<string, Nested> {
  const isRow = (row: unknown): row is ArrayRow =>
    typeof row === "object" && row !== null && !Array.isArray(row) && !ArrayBuffer.isView(row);
  const names = isRow(rows[0]) ? Object.keys(rows[0]) : [];
  const fields: Record<string, (number | boolean | Nested)[]> = {};
  for (const name of names) fields[name] = new Array(rows.length);
  rows.forEach((row, i) => {
    if (!isRow(row)) {
      const received = Array.isArray(row) ? "an array" : typeof row;
      throw new DataError(
        `fromArrays: expected rows such as { x: [0, 1], label: 0 }, received ${received} as row ${i}; for bare values pass { x: values }.`,
      );
    }
    if (Object.keys(row).length !== names.length || !names.every((name) => Object.hasOwn(row, name))) {
      throw new DataError(
        `fromArrays: expected every row to have the fields '${names.join("', '")}', received '${Object.keys(row).join("', '")}' in row ${i}.`,
      );
    }
    for (const name of names) {
      const value = row[name]!;
      fields[name]![i] = isNumberArray(value) ? Array.from(value) : value;
    }
  });
  return fields;
}

function toField(name: string, field: ArrayField, finite: boolean): StoredField {
  const { values: given, shape = [], scale = 1, ...rest } = describe(name, field);
  const checker = check("fromArrays");
  checker.known(rest, ["dtype"]);
  checker.sizes(`${name}.shape`, shape, 0);
  checker.number(`${name}.scale`, scale);
  const dtype = rest.dtype ?? (name === "label" || (holdsIntegers(given) && scale === 1) ? "int32" : "float32");
  checker.oneOf(`${name}.dtype`, dtype, ["float32", "int32"]);
  checker.that(`${name}.scale`, scale, dtype === "float32" || scale === 1, '1 for int32, or pass dtype: "float32"');
  const size = sizeOf(shape);
  if (dtype === "int32") {
    refuseFractions("fromArrays", name, given, size, 'correct it, or pass { values, shape, dtype: "float32" }.');
    return { values: storable(given, dtype), shape, dtype, scale };
  }
  const values = storable(given, dtype);
  // As it is stored: what is finite in 64 bits may not be in 32.
  if (finite) refuseNonFinite("fromArrays", name, values, size);
  return { values, shape, dtype, scale };
}

function describe(name: string, field: ArrayField): FlatField {
  if (Array.isArray(field)) {
    const { values, shape } = flatten("fromArrays", name, field as Nested);
    return { values, shape: shape.slice(1) };
  }
  const flat: FlatField = isNumberArray(field) ? { values: field } : (field as FlatField);
  const holds = isNumberArray(flat?.values);
  check("fromArrays").that(name, field, holds, "nested arrays, a typed array, or { values: a typed array, shape }");
  return flat;
}
