import { Unzlib } from "fflate";
import { LatentKitError } from "../errors.js";
import type { Refuse } from "./types.js";

/** Deflate cannot pack more than this into one byte: 258 bytes a symbol of two bits. */
const LARGEST_RATIO = 1032;

/**
 * Bytes given to the decoder at once: what comes out of one piece stays below 4.3 MB, and the buffers that the decoder grows and
 * drops on the way below 20 MB, whatever it holds.
 */
const PIECE = 2 ** 12;

/**
 * Decompresses zlib data whose length is known: memory is taken for exactly that, only when the compressed bytes can fill it, and
 * the decoder stops at the first byte too many.
 */
export function inflate(pieces: readonly Uint8Array[], length: number, refuse: Refuse): Uint8Array {
  const packed = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length > packed * LARGEST_RATIO) refuse(`holds fewer bytes than the ${length} of its rows`);
  const out = new Uint8Array(length);
  let filled = 0;
  const decoder = new Unzlib((chunk) => {
    if (chunk.length > length - filled) refuse(`holds more bytes than the ${length} of its rows`);
    out.set(chunk, filled);
    filled += chunk.length;
  });
  try {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; at += PIECE) decoder.push(piece.subarray(at, at + PIECE));
    }
    decoder.push(new Uint8Array(0), true);
  } catch (cause) {
    if (cause instanceof LatentKitError) throw cause;
    refuse(`cannot be decompressed (${(cause as Error).message})`, { cause });
  }
  if (filled < length) refuse(`holds ${filled} bytes instead of the ${length} of its rows`);
  return out;
}
