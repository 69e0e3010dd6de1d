import { check, DataError, sizeOf } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";
import type { ArrayDataset } from "./array-dataset.js";
import type { FromOptions } from "./from-tensors.js";
import type { StoredField } from "./internal/field.js";
import { flatten, isNumberArray, type Nested, type NumberArray, storable } from "./internal/flatten.js";
import { refuseNonFinite, store } from "./internal/store.js";

/** A field given as one long array, and the shape of one example in it. */
export interface FlatField {
  /** The values of all examples one after the other. Bytes, int32 and float32 arrays are shared, not copied. */
  readonly values: NumberArray;
  /** Shape of one example: `[28, 28, 1]`. One number an example unless given. */
  readonly shape?: readonly number[];
  /** Type of the batch's tensor: unless given, int32 for `label` and signed integer arrays, float32 for the rest. */
  readonly dtype?: "float32" | "int32";
  /** What values are multiplied by when a batch is made: 1/255 for images in bytes. 1 unless given. */
  readonly scale?: number;
}

/** A field: nested arrays, a typed array with one number an example, or a {@link FlatField}. */
export type ArrayField = Nested | NumberArray | FlatField;

/**
 * A dataset of plain arrays.
 *
 * Bytes stay bytes until a batch is made, so that images take a quarter of the memory of float32.
 *
 * **Shapes** Nested arrays give their own: `[[1, 2], [3, 4], [5, 6]]` is three examples of shape `[2]`.
 *
 * @throws DataError when the data is empty or ragged, lengths differ, or a value is NaN or infinite (or, for int32, no
 *   integer); ConfigError when an option cannot work.
 * @example
 * ```ts
 * import { fromArrays } from "@latentkit/data";
 * const points = fromArrays({ x: [[0, 1], [1, 0], [1, 1]], label: [0, 0, 1] });
 * const images = fromArrays({ x: { values: new Uint8Array(10 * 64), shape: [8, 8, 1], scale: 1 / 255 } });
 * console.log(points.size, images.size); // 3 10
 * ```
 */
export function fromArrays<F extends Readonly<Record<string, ArrayField>>>(
  fields: F,
  options: FromOptions = {},
): ArrayDataset<{ readonly [K in keyof F]: tf.Tensor }> {
  check("fromArrays").known(options, ["finite"]);
  const stored: Record<string, StoredField> = {};
  for (const [name, field] of Object.entries(fields)) stored[name] = toField(name, field, options.finite ?? true);
  return store<{ readonly [K in keyof F]: tf.Tensor }>("fromArrays", stored, undefined);
}

function toField(name: string, field: ArrayField, finite: boolean): StoredField {
  const { values: given, shape = [], scale = 1, ...rest } = describe(name, field);
  const checker = check("fromArrays");
  checker.known(rest, ["dtype"]);
  checker.sizes(`${name}.shape`, shape, 0);
  checker.number(`${name}.scale`, scale);
  const integers = given instanceof Int8Array || given instanceof Int16Array || given instanceof Int32Array;
  const dtype = rest.dtype ?? (name === "label" || integers ? "int32" : "float32");
  checker.oneOf(`${name}.dtype`, dtype, ["float32", "int32"]);
  if (dtype === "int32") refuseFractions(name, given, sizeOf(shape));
  else if (finite) refuseNonFinite("fromArrays", name, given, sizeOf(shape));
  return { values: storable(given, dtype), shape, dtype, scale };
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

function refuseFractions(name: string, values: NumberArray, size: number): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isInteger(values[i]!) && Math.abs(values[i]!) < 2 ** 31) continue;
    throw new DataError(
      `fromArrays: expected int32 integers, received ${values[i]} in '${name}', example ${Math.floor(i / size)}; correct it, or pass { values, shape, dtype: "float32" }.`,
    );
  }
}
