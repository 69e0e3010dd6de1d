import { DataError } from "@latentkit/core";

/** True when the bytes begin like a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Decompresses gzip data with the platform's decoder; bytes that are not gzip pass unchanged, because servers may have
 * decompressed a file already.
 *
 * @param limit - Most bytes that may come out, so that a malicious file cannot exhaust the memory.
 * @throws DataError when the data is damaged, cut off, or larger than `limit`.
 */
export async function gunzip(bytes: Uint8Array, source: string, limit: number): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream("gzip"));
  const reader = stream.getReader();
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      length += value!.length;
      if (length > limit) break;
      chunks.push(value!);
    }
  } catch (cause) {
    throw new DataError(`${source}: expected gzip data, received a damaged or truncated file; fetch it again.`, {
      cause,
    });
  }
  if (length > limit) {
    await reader.cancel().catch(() => undefined);
    throw new DataError(`${source}: expected at most ${limit} bytes after decompression, received more.`);
  }
  const out = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    out.set(chunk, offset);
    offset += chunk.length;
  }
  return out;
}
