import { DataError, UnsupportedError } from "@latentkit/core";
import { sha256 } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import type { Catalogue, CatalogueFile } from "./catalogue.js";
import { gunzip } from "./gunzip.js";

/** Where a published dataset is looked for. */
export interface ObtainOptions {
  /** The only folder to look in, given by the user. */
  readonly folder?: string;
  /** Folder of earlier downloads. */
  readonly cache: string;
  readonly mirrors: readonly string[];
  /** Milliseconds that one mirror may take for one file. */
  readonly timeLimit: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * The uncompressed, verified bytes of one file: from the given folder; else from the folder that `LATENTKIT_DATA` names,
 * from the cache, or from the first mirror that has it.
 *
 * @throws DataError when it is nowhere, or damaged where the user put it.
 */
export async function obtain(catalogue: Catalogue, file: CatalogueFile, options: ObtainOptions): Promise<Uint8Array> {
  const { owner } = catalogue;
  const failures: string[] = [];
  const folder = options.folder ?? files.environment("LATENTKIT_DATA");
  if (folder !== undefined && folder !== "") {
    for (const name of [`${file.name}.gz`, file.name]) {
      const path = files.join(folder, catalogue.folder, name);
      const bytes = await attempt(() => files.readBytes(path, { maxBytes: largest(file) }), failures);
      if (bytes !== undefined) return verified(owner, file, path, bytes);
    }
  }
  if (options.folder !== undefined) {
    throw new DataError(
      `${owner}: expected ${file.name}.gz or ${file.name} in ${files.join(options.folder, catalogue.folder)}, found neither; name the folder that contains ${catalogue.folder}/, or leave \`folder\` out to download the data.\n${failures.join("\n")}`,
    );
  }
  const cached = await fromCache(catalogue, file, options.cache, failures);
  return cached ?? download(catalogue, file, options, failures);
}

/** The file from an earlier download; a damaged one is as good as none and will be replaced. */
async function fromCache(
  { owner, folder }: Catalogue,
  file: CatalogueFile,
  cache: string,
  failures: string[],
): Promise<Uint8Array | undefined> {
  const name = `${file.name}.gz`;
  try {
    if (!(await files.listFolder(files.join(cache, folder))).includes(name)) return undefined;
  } catch (error) {
    // A browser keeps downloads in its own cache.
    if (error instanceof UnsupportedError) return undefined;
    throw error;
  }
  const path = files.join(cache, folder, name);
  return attempt(
    async () => verified(owner, file, path, await files.readBytes(path, { maxBytes: largest(file) })),
    failures,
  );
}

async function download(
  { owner, folder }: Catalogue,
  file: CatalogueFile,
  options: ObtainOptions,
  failures: string[],
): Promise<Uint8Array> {
  const { timeLimit, signal } = options;
  const maxBytes = largest(file);
  for (const mirror of options.mirrors) {
    const url = `${mirror.replace(/\/$/, "")}/${file.name}.gz`;
    const packed = await attempt(() => files.readBytes(url, { maxBytes, timeLimit, signal }), failures);
    const bytes = packed && (await attempt(() => verified(owner, file, url, packed), failures));
    signal?.throwIfAborted();
    if (packed === undefined || bytes === undefined) continue;
    await keep(owner, files.join(options.cache, folder, `${file.name}.gz`), packed);
    return bytes;
  }
  throw new DataError(
    `${owner}: expected ${file.name} from a folder or a mirror, received it from none. Without a network, put ${file.name}.gz into a folder named ${folder} and point LATENTKIT_DATA, or the option \`folder\`, at the folder that contains it.\n${failures.join("\n")}`,
  );
}

/** Bytes of a gzip file at most: what does not shrink grows by a header and five bytes a block. */
function largest({ bytes }: CatalogueFile): number {
  return Math.ceil(1.001 * bytes) + 1024;
}

/** What an action gives, or `undefined` with a line in `failures` when there is a DataError. */
async function attempt<T>(action: () => Promise<T>, failures: string[]): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    failures.push(error.message);
    return undefined;
  }
}

async function verified(owner: string, file: CatalogueFile, path: string, packed: Uint8Array): Promise<Uint8Array> {
  const bytes = await gunzip(packed, `${owner}: ${path}`, () => file.bytes);
  const digest = await sha256(bytes);
  if (digest === file.sha256) return bytes;
  throw new DataError(
    `${owner}: ${path}: expected ${file.bytes} bytes with SHA-256 ${file.sha256} after decompression, received ${bytes.length} bytes with ${digest}; the file is damaged or another one. Delete it to have it fetched again; read other data in this format with fromIdx.`,
  );
}

/** Keeps a download for the next run, where the platform has files. */
async function keep(owner: string, path: string, packed: Uint8Array): Promise<void> {
  try {
    await files.writeBytes(path, packed);
  } catch (cause) {
    if (cause instanceof UnsupportedError) return;
    throw new DataError(
      `${owner}: could not keep the download as ${path}: ${(cause as Error).message}. Pass a writable folder as \`cache\`.`,
      { cause },
    );
  }
}
