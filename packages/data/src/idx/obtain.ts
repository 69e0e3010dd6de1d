import { DataError, UnsupportedError } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import type { Catalogue, CatalogueFile } from "./catalogue.js";
import { gunzip } from "./gunzip.js";
import { sha256 } from "./sha256.js";

/** Where a published dataset is looked for. */
export interface ObtainOptions {
  /** The only folder to look in, given by the user. */
  readonly folder?: string;
  /** Folder of earlier downloads. */
  readonly cache: string;
  readonly mirrors: readonly string[];
}

/**
 * The uncompressed, verified bytes of one file: from the given folder; else from the folder that `LATENTKIT_DATA` names,
 * from the cache, or from the first mirror that has it.
 *
 * @throws DataError when it is nowhere, or damaged where it is.
 */
export async function obtain(catalogue: Catalogue, file: CatalogueFile, options: ObtainOptions): Promise<Uint8Array> {
  const { owner } = catalogue;
  const missing: string[] = [];
  const environment = files.environment("LATENTKIT_DATA");
  const folders = options.folder !== undefined ? [options.folder] : [environment, options.cache];
  for (const folder of folders) {
    if (folder === undefined || folder === "") continue;
    for (const name of [`${file.name}.gz`, file.name]) {
      const path = files.join(folder, catalogue.folder, name);
      const bytes = await readIfThere(path, missing);
      if (bytes !== undefined) return verified(owner, file, path, bytes);
    }
  }
  if (options.folder !== undefined) {
    throw new DataError(
      `${owner}: expected ${file.name}.gz or ${file.name} in ${files.join(options.folder, catalogue.folder)}, found neither; name the folder that contains ${catalogue.folder}/, or leave \`folder\` out to download the data.\n${missing.join("\n")}`,
    );
  }
  return download(catalogue, file, options, missing);
}

async function download(
  { owner, folder }: Catalogue,
  file: CatalogueFile,
  options: ObtainOptions,
  failures: string[],
): Promise<Uint8Array> {
  for (const mirror of options.mirrors) {
    const url = `${mirror.replace(/\/$/, "")}/${file.name}.gz`;
    let packed: Uint8Array;
    let bytes: Uint8Array;
    try {
      packed = await files.readBytes(url);
      bytes = await verified(owner, file, url, packed);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      failures.push(error.message);
      continue;
    }
    await keep(owner, files.join(options.cache, folder, `${file.name}.gz`), packed);
    return bytes;
  }
  throw new DataError(
    `${owner}: expected ${file.name} from a folder or a mirror, received it from none. Without a network, put ${file.name}.gz into a folder named ${folder} and point LATENTKIT_DATA, or the option \`folder\`, at the folder that contains it.\n${failures.join("\n")}`,
  );
}

/** The bytes of a file, or `undefined` with a line in `failures` when it cannot be read. */
async function readIfThere(path: string, failures: string[]): Promise<Uint8Array | undefined> {
  try {
    return await files.readBytes(path);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    failures.push(error.message);
    return undefined;
  }
}

async function verified(owner: string, file: CatalogueFile, path: string, packed: Uint8Array): Promise<Uint8Array> {
  const bytes = await gunzip(packed, `${owner}: ${path}`, file.bytes);
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
