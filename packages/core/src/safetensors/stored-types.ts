import { CheckpointError } from "../errors.js";
import type { HostTensor } from "./format.js";

/** How values of one type of the format become values of one of ours. */
interface StoredType {
  readonly dtype: HostTensor["dtype"];
  /** Size of one stored value. */
  readonly bytes: number;
  /**
   * The values in an array of ours, in memory of their own.
   *
   * @param where - Begins messages: the file and the tensor.
   */
  read(bytes: Uint8Array, where: string): HostTensor["data"];
}

/**
 * The types that are read. Floats of 8 and 16 bits and integers below 32 bits are held exactly; F64 is rounded to float32;
 * integers of 64 bits, and U32, are read when all of them fit int32.
 */
export const STORED_TYPES: Readonly<Record<string, StoredType>> = {
  F32: { dtype: "float32", bytes: 4, read: (bytes) => new Float32Array(bytes.slice().buffer) },
  I32: { dtype: "int32", bytes: 4, read: (bytes) => new Int32Array(bytes.slice().buffer) },
  U8: { dtype: "uint8", bytes: 1, read: (bytes) => bytes.slice() },
  BOOL: { dtype: "bool", bytes: 1, read: (bytes) => bytes.map((value) => (value === 0 ? 0 : 1)) },
  F16: { dtype: "float32", bytes: 2, read: smallFloats(5, 10, 2) },
  BF16: { dtype: "float32", bytes: 2, read: smallFloats(8, 7, 2) },
  F8_E5M2: { dtype: "float32", bytes: 1, read: smallFloats(5, 2, 1) },
  // Without infinities: only all ones are NaN, and the numbers go on to 448.
  F8_E4M3: { dtype: "float32", bytes: 1, read: smallFloats(4, 3, 1, false) },
  F64: { dtype: "float32", bytes: 8, read: doubles },
  I8: { dtype: "int32", bytes: 1, read: (bytes) => Int32Array.from(new Int8Array(bytes.slice().buffer)) },
  I16: { dtype: "int32", bytes: 2, read: (bytes) => Int32Array.from(new Int16Array(bytes.slice().buffer)) },
  U16: { dtype: "int32", bytes: 2, read: (bytes) => Int32Array.from(new Uint16Array(bytes.slice().buffer)) },
  U32: { dtype: "int32", bytes: 4, read: (bytes, where) => narrowed(new Uint32Array(bytes.slice().buffer), where) },
  I64: { dtype: "int32", bytes: 8, read: (bytes, where) => narrowed(new BigInt64Array(bytes.slice().buffer), where) },
  U64: { dtype: "int32", bytes: 8, read: (bytes, where) => narrowed(new BigUint64Array(bytes.slice().buffer), where) },
};

/** Reads floats of up to 16 bits by a table of all their values. */
function smallFloats(exponent: number, mantissa: number, bytes: 1 | 2, infinities = true): StoredType["read"] {
  let table: Float32Array | undefined;
  return (stored) => {
    table ??= Float32Array.from({ length: 2 ** (8 * bytes) }, (_, bits) =>
      smallFloat(bits, exponent, mantissa, infinities),
    );
    const own = stored.slice();
    const codes = bytes === 1 ? own : new Uint16Array(own.buffer);
    const values = new Float32Array(codes.length);
    for (let i = 0; i < codes.length; i++) values[i] = table[codes[i]!]!;
    return values;
  };
}

/** The value of a float by its bits: sign, `exponent` bits, `mantissa` bits, as in IEEE 754. */
function smallFloat(bits: number, exponent: number, mantissa: number, infinities: boolean): number {
  const ones = 2 ** exponent - 1;
  const fraction = bits % 2 ** mantissa;
  const power = Math.floor(bits / 2 ** mantissa) & ones;
  const sign = bits >> (exponent + mantissa) === 0 ? 1 : -1;
  const bias = 2 ** (exponent - 1) - 1;
  if (power === ones && infinities) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (power === ones && fraction === 2 ** mantissa - 1) return Number.NaN;
  if (power === 0) return sign * fraction * 2 ** (1 - bias - mantissa);
  return sign * (1 + fraction / 2 ** mantissa) * 2 ** (power - bias);
}

function doubles(bytes: Uint8Array, where: string): Float32Array {
  const values = new Float64Array(bytes.slice().buffer);
  const rounded = Float32Array.from(values);
  const lost = values.findIndex((value, i) => Number.isFinite(value) && !Number.isFinite(rounded[i]));
  if (lost >= 0) {
    throw new CheckpointError(
      `${where} holds ${values[lost]} at index ${lost}, beyond what float32 can hold; scale the values before they are stored.`,
    );
  }
  return rounded;
}

function narrowed(values: Uint32Array | BigInt64Array | BigUint64Array, where: string): Int32Array {
  const narrow = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // A number that is rounded or wrapped on the way does not come back equal.
    narrow[i] = Number(value);
    if (typeof value === "bigint" ? BigInt(narrow[i]!) !== value : narrow[i] !== value) {
      throw new CheckpointError(
        `${where} holds ${value} at index ${i}, beyond what int32 can hold; store it as F32, or as text in the metadata.`,
      );
    }
  }
  return narrow;
}
