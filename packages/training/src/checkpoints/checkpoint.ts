import { CheckpointError, type HostTensor, readSafetensors, sha256, writeSafetensors } from "@latentkit/core";
import { type Manifest, parseManifest } from "./manifest.js";
import type { CheckpointStore } from "./store.js";

const MANIFEST = "manifest.json";
const TENSORS = "tensors.safetensors";

/** One saved state of a run. */
export interface Checkpoint {
  /** The store's place and the checkpoint's name, for messages. */
  readonly source: string;
  readonly manifest: Manifest;
  readonly tensors: ReadonlyMap<string, HostTensor>;
}

/** The name under which the state after a step is kept; names sort as steps do. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(9, "0")}`;
}

/**
 * Writes a checkpoint, then removes all but the newest `keep`. Returns where it is.
 *
 * @param header - What the tensors say of the model, so that tools open them without the program that made them.
 */
export async function writeCheckpoint(
  store: CheckpointStore,
  keep: number,
  tensors: ReadonlyMap<string, HostTensor>,
  state: Omit<Manifest, "format" | "tensors">,
  header: Readonly<Record<string, string>> = {},
): Promise<string> {
  const bytes = writeSafetensors(tensors, header);
  const manifest: Manifest = {
    format: 1,
    ...state,
    tensors: { file: TENSORS, bytes: bytes.length, sha256: await sha256(bytes) },
  };
  const name = checkpointName(state.step);
  await store.write(name, { [TENSORS]: bytes, [MANIFEST]: new TextEncoder().encode(JSON.stringify(manifest)) });
  for (const old of (await store.list()).slice(0, -keep)) await store.remove(old);
  return `${store.location}/${name}`;
}

/** Reads one checkpoint and checks it against its own sums. */
export async function readCheckpoint(store: CheckpointStore, name: string): Promise<Checkpoint> {
  const source = `${store.location}/${name}`;
  const files = await store.read(name);
  const manifest = parseManifest(files[MANIFEST], source);
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
  const names = await store.list();
  let damage: unknown;
  for (const name of names.reverse()) {
    try {
      return await readCheckpoint(store, name);
    } catch (error) {
      damage = error;
      warn(`${(error as Error).message} The checkpoint before it is used.`);
    }
  }
  if (damage === undefined) return undefined;
  throw new CheckpointError(
    `${store.location}: every checkpoint is damaged; remove the folder to start again. The oldest: ${(damage as Error).message}`,
    { cause: damage },
  );
}
