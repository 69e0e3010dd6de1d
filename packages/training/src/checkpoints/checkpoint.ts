import { CheckpointError, type HostTensor, readSafetensors, writeSafetensors } from "@latentkit/core";
import { checkpointLayout, sha256 } from "@latentkit/core/authoring";
import { addHistory, type HistoryMark, NO_HISTORY, readHistory } from "./history-log.js";
import { type Manifest, readManifest, writeManifest } from "./manifest.js";
import type { CheckpointStore } from "./store.js";

const { manifest: MANIFEST, tensors: TENSORS } = checkpointLayout;

/** One saved state of a run. */
export interface Checkpoint {
  /** The store's place and the checkpoint's name, for messages. */
  readonly source: string;
  readonly manifest: Manifest;
  readonly tensors: ReadonlyMap<string, HostTensor>;
  /** Names of damaged checkpoints that were passed over. */
  readonly damaged: readonly string[];
}

/** Where a checkpoint was written, and how far the history goes that it stands on. */
export interface Written {
  readonly where: string;
  readonly mark: HistoryMark;
}

/**
 * Writes a checkpoint, then removes all but the newest `keep`.
 *
 * @param header - What the tensors say of the model, so that tools open them without the program that made them.
 * @param damaged - Names of damaged checkpoints: none counts as kept, and none stays.
 * @param before - How far the history goes that was written before.
 */
export async function writeCheckpoint(
  store: CheckpointStore,
  keep: number,
  tensors: ReadonlyMap<string, HostTensor>,
  state: Omit<Manifest, "format" | "tensors" | "log">,
  header: Readonly<Record<string, string>> = {},
  damaged: readonly string[] = [],
  before: HistoryMark = NO_HISTORY,
): Promise<Written> {
  const bytes = writeSafetensors(tensors, header);
  const { mark, rest } = await addHistory(store, before, state.history);
  const manifest: Manifest = {
    format: mark.rows > 0 ? 3 : 2,
    ...state,
    history: rest,
    ...(mark.rows > 0 && { log: mark }),
    tensors: { file: TENSORS, bytes: bytes.length, sha256: await sha256(bytes) },
  };
  const name = checkpointLayout.nameOf(state.step);
  await store.write(name, { [TENSORS]: bytes, [MANIFEST]: await writeManifest(manifest) });
  const lost = new Set(damaged);
  const others = checkpointLayout.inOrder(await store.list()).filter((other) => other !== name);
  const good = others.filter((other) => !lost.has(other) && checkpointLayout.stepOf(other) < state.step);
  // Newer names than that of the newest whole checkpoint were all passed over as damaged when the run was continued.
  const kept = new Set(keep > 1 ? good.slice(1 - keep) : []);
  for (const other of others) if (!kept.has(other)) await store.remove(other);
  return { where: `${store.location}/${name}`, mark };
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
  const { tensors } = readSafetensors(bytes, source);
  const history = [...(await readHistory(store, manifest.log ?? NO_HISTORY, source)), ...manifest.history];
  return { source, manifest: { ...manifest, history }, tensors };
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
  for (const name of checkpointLayout.inOrder(await store.list()).reverse()) {
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
