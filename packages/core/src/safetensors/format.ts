import { CheckpointError } from "../errors.js";

/** Values of one tensor on the host. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
  /** Tells booleans from bytes, which share an array type. */
  readonly dtype: "float32" | "int32" | "uint8" | "bool";
}

/** A safetensors file in memory: tensors by name in file order, and text metadata. */
export interface SafeTensors {
  readonly tensors: ReadonlyMap<string, HostTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of the header's length field. */
export const LENGTH_BYTES = 8;
/** The longest header that a reader takes, as in the reference implementation. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Type names of the format, by ours. */
export const TYPE_NAMES = { float32: "F32", int32: "I32", uint8: "U8", bool: "BOOL" } as const;

/** Our types by the format's names, with the size of one value. */
export const TYPES: Readonly<Record<string, { dtype: HostTensor["dtype"]; bytes: number }>> = {
  F32: { dtype: "float32", bytes: 4 },
  I32: { dtype: "int32", bytes: 4 },
  U8: { dtype: "uint8", bytes: 1 },
  BOOL: { dtype: "bool", bytes: 1 },
};

/** Number of values of a shape; NaN-free and exact, or an error: the shape may come from a hostile file. */
export function countValues(name: string, shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (!Number.isSafeInteger(count)) {
      throw new CheckpointError(`safetensors: tensor '${name}' has an impossible shape [${shape.join(", ")}].`);
    }
  }
  return count;
}
