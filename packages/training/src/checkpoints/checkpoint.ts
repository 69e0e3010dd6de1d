import { CheckpointError, type HostTensor, readSafetensors, writeSafetensors } from "@latentkit/core";
import { sha256 } from "@latentkit/core/authoring";
import { type Manifest, readManifest, writeManifest } from "./manifest.js";
import { checkpointName, inOrder, stepOf } from "./names.js";
import type { CheckpointStore } from "./store.js";

const MANIFEST = "manifest.json";
const TENSORS = "tensors.safetensors";

/** One saved state of a run. */
export interface Checkpoint {
  /** The store's place and the checkpoint's name, for messages. */
  readonly source: string;
  readonly manifest: Manifest;
  readonly tensors: ReadonlyMap<string, HostTensor>;
  /** Names of damaged checkpoints that were passed over. */
  readonly damaged: readonly string[];
}

/**
 * Writes a checkpoint, then removes all but the newest `keep`. Returns where it is.
 *
 * @param header - What the tensors say of the model, so that tools open them without the program that made them.
 * @param damaged - Names of damaged checkpoints: none counts as kept, and none stays.
 */
export async function writeCheckpoint(
  store: CheckpointStore,
  keep: number,
  tensors: ReadonlyMap<string, HostTensor>,
  state: Omit<Manifest, "format" | "tensors">,
  header: Readonly<Record<string, string>> = {},
  damaged: readonly string[] = [],
): Promise<string> {
  const bytes = writeSafetensors(tensors, header);
  const manifest: Manifest = {
    format: 2,
    ...state,
    tensors: { file: TENSORS, bytes: bytes.length, sha256: await sha256(bytes) },
  };
  const name = checkpointName(state.step);
  await store.write(name, { [TENSORS]: bytes, [MANIFEST]: await writeManifest(manifest) });
  const lost = new Set(damaged);
  const others = inOrder(await store.list()).filter((other) => other !== name);
  const good = others.filter((other) => !lost.has(other) && stepOf(other) < state.step);
  // Newer names than that of the newest whole checkpoint were all passed over as damaged when the run was continued.
  const kept = new Set(keep > 1 ? good.slice(1 - keep) : []);
  for (const other of others) if (!kept.has(other)) await store.remove(other);
  return `${store.location}/${name}`;
}

/** Reads one checkpoint and checks it against its own sums. */
export async function readCheckpoint(store: CheckpointStore, name: string): Promise<Omit<Checkpoint, "damaged">> {
  const source = `${store.location}/${name}`;
  const files = await store.read(name);
  const manifest = await readManifest(files[MANIFEST], source);
  const bytes = files[manifest.tensors.file];
  if (bytes === undefined) throw new CheckpointError(`${source}: the file ${manifest.tensors.file} is missing.`);
  if (bytes.length !== manifest.tensors.bytes || (await sha256(bytes)) !== manifest.tensors.sha256) {
    throw new CheckpointError(
      `${source}: ${manifest.tensors.file} differs from what was written (${bytes.length} of ${manifest.tensors.bytes} bytes).`,
    );
  }
  return { source, manifest, tensors: readSafetensors(bytes, source).tensors };
}

/**
 * The newest checkpoint that is whole, or `undefined` when there is none at all.
 *
 * @param warn - Told about each damaged checkpoint that is passed over.
 * @throws CheckpointError when there are checkpoints and all of them are damaged.
 */
export async function newestCheckpoint(
  store: CheckpointStore,
  warn: (message: string) => void,
): Promise<Checkpoint | undefined> {
  const damaged: string[] = [];
  let damage: unknown;
  for (const name of inOrder(await store.list()).reverse()) {
    try {
      return { ...(await readCheckpoint(store, name)), damaged };
    } catch (error) {
      damage = error;
      damaged.push(name);
      warn(`${(error as Error).message} The checkpoint before it is used.`);
    }
  }
  if (damage === undefined) return undefined;
  throw new CheckpointError(
    `${store.location}: every checkpoint is damaged; remove the folder to start again. The oldest: ${(damage as Error).message}`,
    { cause: damage },
  );
}
