import { basename, dirname } from "node:path";
import { DataError } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import { UsageError } from "./command.js";

/**
 * Finds out whether what `--out` names can be written, before the work whose result it is to hold.
 *
 * @param takesFolder - Whether the command writes into a folder of this name, unless it is a model file's.
 * @throws UsageError for a folder where a file is meant; DataError for a place that cannot be written.
 */
export async function checkOut(path: string, takesFolder: boolean): Promise<void> {
  if (takesFolder && !path.endsWith(".safetensors")) return probe(files.join(path, "probe"), path);
  const entries = await files.folderEntries(dirname(path)).catch(() => []);
  const isFolder = entries.some(({ name, kind }) => name === basename(path) && kind === "folder");
  if (/(^|[/\\])$/.test(path) || isFolder) {
    throw new UsageError(`expected --out to be a file, received the folder '${path}'`);
  }
  await probe(path, path);
}

async function probe(file: string, out: string): Promise<void> {
  const temporary = `${file}.${crypto.randomUUID()}.tmp`;
  try {
    await files.writeBytes(temporary, new Uint8Array(1));
    await files.remove(temporary);
  } catch (cause) {
    throw new DataError(`--out: '${out}' cannot be written; choose another place. ${(cause as Error).message}`, {
      cause,
    });
  }
}
