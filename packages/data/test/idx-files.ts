import { gzipSync } from "node:zlib";

/** The bytes of an IDX file of unsigned bytes. */
export function idxBytes(shape: readonly number[], values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 + shape.length);
  shape.forEach((size, axis) => {
    view.setUint32(4 + 4 * axis, size);
  });
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

/** Five grey images of 2×3 pixels with values 0, 1, 2, …, and their labels. */
export const IMAGES: Uint8Array = idxBytes(
  [5, 2, 3],
  Array.from({ length: 30 }, (_, i) => i),
);
export const LABELS: Uint8Array = idxBytes([5], [0, 1, 2, 1, 0]);

export function gzip(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(gzipSync(bytes));
}
