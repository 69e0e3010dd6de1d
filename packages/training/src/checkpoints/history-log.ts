import { CheckpointError, type HistoryRow } from "@latentkit/core";
import { sha256 } from "@latentkit/core/authoring";
import { parseValues, valuesText } from "./json.js";
import type { CheckpointStore } from "./store.js";

/** How much of a run's common history a checkpoint stands on. */
export interface HistoryMark {
  readonly rows: number;
  readonly bytes: number;
  /** Checksum of all of it: that of the last part, which begins with that of the part before. */
  readonly sha256: string;
}

/** The mark of no rows. */
export const NO_HISTORY: HistoryMark = { rows: 0, bytes: 0, sha256: "" };

/**
 * Adds the rows that cannot change any more to the history that the checkpoints of a store have in common, so that a checkpoint of a
 * long run costs as much as one of a short run. What a killed process added beyond its last checkpoint is written over.
 *
 * A part is a line: the checksum, and the rows as a JSON array.
 *
 * @returns How far the history goes now, and the rows that stand in the checkpoint itself: the last, which takes values in until the
 *   run is a step further; all of them where a store cannot add.
 */
export async function addHistory(
  store: CheckpointStore,
  mark: HistoryMark,
  history: readonly HistoryRow[],
): Promise<{ readonly mark: HistoryMark; readonly rest: readonly HistoryRow[] }> {
  if (store.append === undefined || history.length <= mark.rows + 1) return { mark, rest: history.slice(mark.rows) };
  const text = valuesText(history.slice(mark.rows, -1));
  const sum = await chained(mark.sha256, text);
  const line = encode(`${sum} ${text}\n`);
  await store.append(mark.bytes, line);
  const rows = history.length - 1;
  return { mark: { rows, bytes: mark.bytes + line.length, sha256: sum }, rest: history.slice(rows) };
}

/**
 * The rows up to a mark.
 *
 * @throws CheckpointError when they are not what was written, down to the last bit.
 */
export async function readHistory(store: CheckpointStore, mark: HistoryMark, source: string): Promise<HistoryRow[]> {
  if (mark.bytes === 0) return [];
  const bytes = await store.appended?.().catch((): undefined => undefined);
  if (bytes === undefined || bytes.length < mark.bytes) {
    throw new CheckpointError(`${source}: the history beside it is missing or cut off.`);
  }
  const rows: HistoryRow[] = [];
  let sum = "";
  for (const line of new TextDecoder().decode(bytes.subarray(0, mark.bytes)).trimEnd().split("\n")) {
    const [said, text] = [line.slice(0, 64), line.slice(65)];
    sum = await chained(sum, text);
    if (said !== sum) break;
    for (const row of parseValues(text) as HistoryRow[]) rows.push(row);
  }
  if (sum !== mark.sha256 || rows.length !== mark.rows) {
    throw new CheckpointError(`${source}: the history beside it differs from what was written.`);
  }
  return rows;
}

const chained = (before: string, text: string): Promise<string> => sha256(encode(before + text));
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
