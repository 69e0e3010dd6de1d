import { DataError } from "@latentkit/core";

/** Deflate cannot pack more than this into one byte: 258 bytes a symbol of two bits. */
const LARGEST_RATIO = 1032;

/** True when the bytes begin like a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Decompresses gzip data whose beginning says how long it is, with the platform's decoder. Memory is taken for exactly that length,
 * only when the compressed bytes can fill it, and reading ends at the first byte too many: a few bytes cannot take the memory of the
 * process. Bytes that are not gzip pass unchanged, because servers may have decompressed a file already.
 *
 * @param source - What to call the data in messages.
 * @param lengthOf - The length that the first bytes tell; `undefined` while there are too few of them.
 * @throws DataError when the data is damaged, or shorter or longer than it says.
 */
export async function gunzip(
  bytes: Uint8Array,
  source: string,
  lengthOf: (start: Uint8Array) => number | undefined,
): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const refuse = (received: string, options?: ErrorOptions): never => {
    throw new DataError(
      `${source}: expected whole gzip data, received data that ${received}; fetch it again.`,
      options,
    );
  };
  const reader = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const next = async (): Promise<Uint8Array | undefined> => {
    try {
      return (await reader.read()).value;
    } catch (cause) {
      return refuse("is damaged or truncated", { cause });
    }
  };
  const begin = (start: Uint8Array): Uint8Array | undefined => {
    const length = lengthOf(start);
    if (length === undefined) return undefined;
    if (length > bytes.length * LARGEST_RATIO) refuse(`cannot hold the ${length} bytes that it announces`);
    return new Uint8Array(length);
  };
  let start = new Uint8Array(0);
  let out = begin(start);
  let filled = 0;
  try {
    for (let chunk = await next(); chunk !== undefined; chunk = await next()) {
      if (out === undefined) {
        start = joined(start, chunk);
        out = begin(start);
        if (out === undefined) continue;
        chunk = start;
      }
      if (chunk.length > out.length - filled) refuse(`holds more than the ${out.length} bytes that it announces`);
      out.set(chunk, filled);
      filled += chunk.length;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  if (out === undefined) return start;
  if (filled < out.length) refuse(`holds ${filled} bytes instead of the ${out.length} that it announces`);
  return out;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
