import { DataError } from "@latentkit/core";
import { sizeOf } from "@latentkit/core/authoring";
import type { StoredValues } from "./field.js";

/** Numbers in nested arrays: `[[1, 2], [3, 4]]` holds two examples of shape `[2]`. */
export type Nested = readonly (number | boolean | Nested)[];

/** A typed array of numbers. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/** True for arrays such as Float32Array. */
export function isNumberArray(value: unknown): value is NumberArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && typeof (value as Float32Array)[0] !== "bigint";
}

/** Values in an array that datasets store: bytes, int32 and float32 are shared where they fit, the rest is converted. */
export function storable(values: NumberArray, dtype: "float32" | "int32"): StoredValues {
  if (values instanceof Uint8ClampedArray) return new Uint8Array(values.buffer, values.byteOffset, values.length);
  if (values instanceof Uint8Array || values instanceof Int32Array) return values;
  if (dtype === "int32") return Int32Array.from(values);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/**
 * The values of nested arrays in row-major order, with the shape that they have.
 *
 * @throws DataError when the arrays are ragged, or hold something else than numbers; the message says where.
 */
export function flatten(owner: string, name: string, nested: Nested): { values: Float64Array; shape: number[] } {
  const shape: number[] = [];
  for (let level: unknown = nested; Array.isArray(level); level = level[0]) shape.push(level.length);
  if (shape.slice(1).includes(0)) {
    throw new DataError(`${owner}: expected '${name}' to have at least one value an example, received none.`);
  }
  const values = new Float64Array(sizeOf(shape));
  const path: number[] = [];
  let next = 0;
  const visit = (level: unknown): void => {
    const where = (): string => `'${name}'${path.map((index) => `[${index}]`).join("")}`;
    const expected = shape[path.length];
    if (expected === undefined) {
      if (typeof level !== "number" && typeof level !== "boolean") {
        const received = Array.isArray(level)
          ? `an array of ${level.length}`
          : `${level === null ? "null" : typeof level}`;
        throw new DataError(`${owner}: expected a number at ${where()}, received ${received}.`);
      }
      values[next++] = Number(level);
    } else {
      if (!Array.isArray(level) || level.length !== expected) {
        const received = Array.isArray(level) ? `${level.length}` : String(level);
        throw new DataError(
          `${owner}: expected an array of ${expected} at ${where()}, like its neighbours, received ${received}; pad or cut the examples to one shape.`,
        );
      }
      for (let i = 0; i < expected; i++) {
        path.push(i);
        visit(level[i]);
        path.pop();
      }
    }
  };
  visit(nested);
  return { values, shape };
}
