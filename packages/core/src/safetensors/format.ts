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
/** The longest header that is read: some 150,000 tensors. The reference takes 100 MB, which is seconds of parsing for nothing. */
export const MAX_HEADER_BYTES = 16_777_216;

/** Type names of the format, by ours. */
export const TYPE_NAMES = { float32: "F32", int32: "I32", uint8: "U8", bool: "BOOL" } as const;

/** Number of values of a shape; NaN-free and exact, or an error: the shape may come from a hostile file. */
export function countValues(name: string, shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (!Number.isSafeInteger(count)) {
      throw new CheckpointError(
        `safetensors: tensor '${name}' has an impossible shape [${shape.join(", ").slice(0, 200)}].`,
      );
    }
  }
  return count;
}
