import { DataError, sizeOf } from "@latentkit/core";

/** An array of bytes read from an IDX file. */
export interface IdxArray {
  /** Sizes of the axes: `[examples, rows, columns]` for images. */
  readonly shape: readonly number[];
  /** Values in row-major order; shares the memory of the file's bytes. */
  readonly values: Uint8Array;
}

/** The type code of unsigned bytes, the only one that MNIST-like data uses. */
const UNSIGNED_BYTE = 0x08;

/**
 * Reads an IDX file of unsigned bytes: two zero bytes, the type, the number of axes, each axis' size as a big-endian
 * 32-bit number, then the values.
 *
 * **Source** LeCun, Cortes and Burges, "The MNIST database of handwritten digits", section "File formats".
 * http://yann.lecun.com/exdb/mnist/
 *
 * @param source - What to call the file in messages.
 * @throws DataError when the magic number is wrong, the type is another, or the length disagrees with the header.
 * @example
 * ```ts
 * import { parseIdx } from "@latentkit/data";
 * const bytes = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]);
 * console.log(parseIdx(bytes).values); // Uint8Array [7, 8, 9]
 * ```
 */
export function parseIdx(bytes: Uint8Array, source = "parseIdx"): IdxArray {
  const refuse = (expected: string, received: string, mend: string): never => {
    throw new DataError(`${source}: expected ${expected}, received ${received}; ${mend}`);
  };
  const rank = bytes[3] ?? 0;
  const header = 4 + 4 * rank;
  if (bytes.length < 4 || bytes.length < header) {
    refuse(
      `an IDX header of ${Math.max(8, header)} bytes`,
      `a file of ${bytes.length}`,
      "the file is cut off, fetch it again.",
    );
  }
  if (bytes[0] !== 0 || bytes[1] !== 0 || rank === 0) {
    const start = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    refuse("the IDX magic number 00 00 08 0n", start, "this is no IDX file (a saved web page, perhaps).");
  }
  if (bytes[2] !== UNSIGNED_BYTE) {
    refuse(
      "IDX values of type 08, unsigned bytes",
      `type ${bytes[2]!.toString(16).padStart(2, "0")}`,
      "convert the file.",
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const length = sizeOf(shape);
  if (bytes.length - header !== length) {
    const mend = bytes.length - header < length ? "the file is cut off, fetch it again." : "the file is damaged.";
    refuse(`${length} values, shape [${shape.join(", ")}]`, `${bytes.length - header}`, mend);
  }
  return { shape, values: bytes.subarray(header) };
}
