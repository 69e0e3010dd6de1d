import { DataError, UnsupportedError } from "@latentkit/core";
import { sha256 } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";

/** Bytes that took time to make, and where they are kept. */
export interface Keeping {
  readonly owner: string;
  /** Folder of all caches, such as the one that `mnist` keeps downloads in. */
  readonly cache: string;
  /** Folder of this kind of bytes within it. */
  readonly folder: string;
  /** All that the bytes depend on: the file is named by its digest. */
  readonly key: unknown;
  /** How many bytes there must be, where that is known. */
  readonly length?: number;
}

/** Bytes of a SHA-256 digest. */
const DIGEST = 32;

/** Bytes that Node.js reads from one file; more would be written in vain. */
const MOST_KEPT = 2 ** 31 - 1 - DIGEST;

/**
 * The bytes that an earlier run kept; otherwise they are made, and kept for the next run where the platform has files. The file holds
 * their SHA-256 digest and then the bytes; one that is damaged, or cut off, is made anew.
 *
 * @throws DataError when they cannot be kept.
 */
export async function keptBytes(keeping: Keeping, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const { owner, cache, folder, key, length } = keeping;
  const name = `${(await sha256(new TextEncoder().encode(JSON.stringify(key)))).slice(0, 32)}.bin`;
  const kept = await read(cache, folder, name, length);
  if (kept !== undefined) return kept;
  const bytes = await make();
  if (bytes.length > MOST_KEPT) return bytes;
  const file = new Uint8Array(DIGEST + bytes.length);
  file.set(Uint8Array.from((await sha256(bytes)).match(/../g)!, (pair) => Number.parseInt(pair, 16)));
  file.set(bytes, DIGEST);
  try {
    await files.writeBytes(files.join(cache, folder, name), file);
  } catch (cause) {
    // A browser has no folders: there the pictures are drawn again.
    if (!(cause instanceof UnsupportedError)) {
      throw new DataError(
        `${owner}: could not keep what was made: ${(cause as Error).message}. Pass a writable folder as \`cache\`.`,
        { cause },
      );
    }
  }
  return bytes;
}

async function read(cache: string, folder: string, name: string, length?: number): Promise<Uint8Array | undefined> {
  try {
    if (!(await files.listFolder(files.join(cache, folder))).includes(name)) return undefined;
    const file = await files.readBytes(
      files.join(cache, folder, name),
      length === undefined ? {} : { maxBytes: DIGEST + length },
    );
    const bytes = file.subarray(DIGEST);
    const digest = Array.from(file.subarray(0, DIGEST), (byte) => byte.toString(16).padStart(2, "0")).join("");
    return (length === undefined || bytes.length === length) && digest === (await sha256(bytes)) ? bytes : undefined;
  } catch (error) {
    if (error instanceof UnsupportedError || error instanceof DataError) return undefined;
    throw error;
  }
}
