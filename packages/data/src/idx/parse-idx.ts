import { DataError } from "@latentkit/core";
import { check, sizeOf } from "@latentkit/core/authoring";

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
  if (!(bytes instanceof Uint8Array))
    check("parseIdx").that("bytes", bytes, false, "the bytes of a file, a Uint8Array");
  check("parseIdx").that("source", source, typeof source === "string", "a text");
  const shape = idxShape(bytes, source);
  if (shape === undefined) {
    const needed = bytes.length < 4 ? 8 : 4 + 4 * bytes[3]!;
    throw new DataError(
      `${source}: expected an IDX header of ${needed} bytes, received a file of ${bytes.length} bytes; the file is cut off, fetch it again.`,
    );
  }
  const header = 4 + 4 * shape.length;
  const length = sizeOf(shape);
  if (bytes.length - header !== length) {
    const mend = bytes.length - header < length ? "the file is cut off, fetch it again." : "the file is damaged.";
    throw new DataError(
      `${source}: expected ${length} values, shape [${shape.join(", ")}], received ${bytes.length - header}; ${mend}`,
    );
  }
  return { shape, values: bytes.subarray(header) };
}

/**
 * The shape that a file's first bytes tell, or `undefined` while there are too few of them.
 *
 * @throws DataError when they are no header of an IDX file of unsigned bytes.
 */
export function idxShape(bytes: Uint8Array, source: string): number[] | undefined {
  if (bytes.length < 4) return undefined;
  const refuse = (expected: string, received: string, mend: string): never => {
    throw new DataError(`${source}: expected ${expected}, received ${received}; ${mend}`);
  };
  const rank = bytes[3]!;
  if (bytes[0] !== 0 || bytes[1] !== 0 || rank === 0) {
    const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    refuse("the IDX magic number 00 00 08 0n", start, "this is no IDX file (a saved web page, perhaps).");
  }
  if (bytes[2] !== UNSIGNED_BYTE) {
    const type = bytes[2]!.toString(16).padStart(2, "0");
    refuse("IDX values of type 08, unsigned bytes", `type ${type}`, "convert the file.");
  }
  if (bytes.length < 4 + 4 * rank) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
}
