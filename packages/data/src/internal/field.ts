import { hostTensor, sizeOf } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";

/** Arrays that examples are stored in. */
export type StoredValues = Uint8Array | Int32Array | Float32Array;

/** One named column of a dataset: the values of all examples one after the other, and how a batch shows them. */
export interface StoredField {
  readonly values: StoredValues;
  /** Shape of one example; `[]` for one number an example. */
  readonly shape: readonly number[];
  /** Type of the batch's tensor. */
  readonly dtype: "float32" | "int32";
  /** What stored values are multiplied by when a batch is made: 1/255 for images kept as bytes. */
  readonly scale: number;
}

/** The rows of a field as one tensor: `[rows, …shape]`. */
export function gatherField(field: StoredField, rows: ArrayLike<number>): tf.Tensor {
  return hostTensor(gatherScaled(field, rows), [rows.length, ...field.shape], field.dtype);
}

/** The rows of a field as a batch holds them. */
export function gatherScaled(field: StoredField, rows: ArrayLike<number>): Int32Array | Float32Array {
  const { values, shape, dtype, scale } = field;
  const size = sizeOf(shape);
  const out = dtype === "int32" ? new Int32Array(rows.length * size) : new Float32Array(rows.length * size);
  for (let i = 0, to = 0; i < rows.length; i++, to += size) {
    const from = rows[i]! * size;
    if (scale === 1) out.set(values.subarray(from, from + size), to);
    else if (values instanceof Uint8Array) scaleBytes(out, values, from, size, to, scale);
    else for (let j = 0; j < size; j++) out[to + j] = values[from + j]! * scale;
  }
  return out;
}

/** Apart from the loop for other arrays, because a loop that sees one kind of array is several times faster. */
function scaleBytes(
  out: Float32Array | Int32Array,
  bytes: Uint8Array,
  from: number,
  size: number,
  to: number,
  scale: number,
): void {
  for (let j = 0; j < size; j++) out[to + j] = bytes[from + j]! * scale;
}

/** The rows of a field as they are stored. */
export function gatherValues(field: StoredField, rows: ArrayLike<number>): StoredValues {
  const size = sizeOf(field.shape);
  const out = field.values.slice(0, rows.length * size);
  for (let i = 0; i < rows.length; i++) {
    out.set(field.values.subarray(rows[i]! * size, (rows[i]! + 1) * size), i * size);
  }
  return out;
}
