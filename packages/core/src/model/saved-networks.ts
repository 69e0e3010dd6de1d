import { files } from "@latentkit/core/files";
import { checkpointLayout as layout } from "../checkpoint-layout.js";
import { CheckpointError, DataError } from "../errors.js";
import { decodeNetworks, type LoadedNetworks } from "../model-file.js";
import { sha256 } from "../sha256.js";

/** Networks, and the file that they came from. */
interface Found {
  readonly loaded: LoadedNetworks;
  readonly source: string;
}

/**
 * The networks of a file, of a checkpoint, or of the newest whole checkpoint in a folder.
 *
 * @param warn - Told of each damaged checkpoint that is passed over.
 * @throws CheckpointError when the file, or every checkpoint, is damaged; DataError when there is nothing to read.
 */
export async function savedNetworks(pathOrUrl: string, warn: (message: string) => void): Promise<Found> {
  const isFile = /^\w{2,}:/.test(pathOrUrl) || pathOrUrl.endsWith(".safetensors");
  const names = isFile ? [] : await files.listFolder(pathOrUrl).catch((): string[] => []);
  if (names.includes(layout.tensors)) return ofCheckpoint(pathOrUrl);
  const checkpoints = layout.inOrder(names.filter(layout.isName)).reverse();
  if (checkpoints.length === 0) {
    return { loaded: await decodeNetworks(await files.readBytes(pathOrUrl), pathOrUrl), source: pathOrUrl };
  }
  let damage: unknown;
  for (const name of checkpoints) {
    try {
      return await ofCheckpoint(files.join(pathOrUrl, name));
    } catch (error) {
      if (!(error instanceof CheckpointError || error instanceof DataError)) throw error;
      damage = error;
      warn(`loadModel: ${error.message} The checkpoint before it is used.`);
    }
  }
  throw new CheckpointError(`${pathOrUrl}: every checkpoint is damaged. The oldest: ${(damage as Error).message}`, {
    cause: damage,
  });
}

async function ofCheckpoint(folder: string): Promise<Found> {
  const source = files.join(folder, layout.tensors);
  const bytes = await files.readBytes(source);
  const sum = await writtenSum(folder);
  if (sum !== undefined && (await sha256(bytes)) !== sum) {
    throw new CheckpointError(`${source}: the file differs from what was written.`);
  }
  return { loaded: await decodeNetworks(bytes, source), source };
}

/** The checksum of the tensors in a checkpoint's manifest; nothing where tensors were copied alone. */
async function writtenSum(folder: string): Promise<string | undefined> {
  if (!(await files.listFolder(folder)).includes(layout.manifest)) return undefined;
  const path = files.join(folder, layout.manifest);
  try {
    const { tensors } = JSON.parse(new TextDecoder().decode(await files.readBytes(path))) as {
      readonly tensors: { readonly sha256: string };
    };
    return String(tensors.sha256);
  } catch (cause) {
    throw new CheckpointError(`${path}: the manifest is damaged.`, { cause });
  }
}
