import { CheckpointError, type Json } from "@latentkit/core";
import { sha256 } from "@latentkit/core/authoring";
import * as v from "valibot";
import type { HistoryMark } from "./history-log.js";
import { parseValues, valuesText } from "./json.js";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
// NaN and infinite values are numbers here: histories hold what validation gave.
const numbers = v.record(
  v.string(),
  v.custom<number>((value) => typeof value === "number"),
);
const sum = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const json = v.custom<Json>((value) => value !== undefined);

/** What a checkpoint says beside its tensors: where the run stands and what it was started with. */
export interface Manifest {
  /** 2 for a checkpoint that holds its whole history. */
  readonly format: 2 | 3;
  /** Steps done. */
  readonly step: number;
  /** Position in the data: passes completed, and batches of the pass that have been used. */
  readonly data: { readonly epoch: number; readonly batch: number };
  /** What shapes the run, by the names of the options. */
  readonly identity: Readonly<Record<string, Json>>;
  /** Values logged since the last row of the history. */
  readonly window: {
    readonly sums: Readonly<Record<string, number>>;
    readonly counts: Readonly<Record<string, number>>;
  };
  /** The rows after those of `log`. */
  readonly history: readonly Readonly<Record<string, number>>[];
  /** The rows that the run's checkpoints have in common. */
  readonly log?: HistoryMark | undefined;
  /** What callbacks saved, by name. */
  readonly callbacks: Record<string, Json>;
  /** What the executor has to know of each objective's program, by name. */
  readonly executor?: Record<string, Json> | undefined;
  readonly tensors: { readonly file: string; readonly bytes: number; readonly sha256: string };
}

const schema: v.GenericSchema<unknown, Manifest> = v.object({
  format: v.picklist([2, 3]),
  step: count,
  data: v.object({ epoch: count, batch: count }),
  identity: v.record(v.string(), json),
  window: v.object({ sums: numbers, counts: numbers }),
  history: v.array(numbers),
  log: v.optional(v.object({ rows: count, bytes: count, sha256: sum })),
  callbacks: v.record(v.string(), json),
  executor: v.optional(v.record(v.string(), json)),
  tensors: v.object({ file: v.string(), bytes: count, sha256: sum }),
});

/** How a manifest ends: with the checksum of all that stands before. */
const SUM = /,\n"sha256":"([0-9a-f]{64})"\}\n$/;

/** A manifest as a file: JSON whose last entry is the checksum of the rest. */
export async function writeManifest(manifest: Manifest): Promise<Uint8Array> {
  const body = valuesText(manifest).slice(0, -1);
  return encode(`${body},\n"sha256":"${await sha256(encode(body))}"}\n`);
}

/** Reads a manifest; anything but a complete one, down to the last bit, is a damaged checkpoint. */
export async function readManifest(bytes: Uint8Array | undefined, source: string): Promise<Manifest> {
  if (bytes === undefined) throw new CheckpointError(`${source}: the manifest is missing.`);
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    value = parseValues(text);
  } catch (cause) {
    throw new CheckpointError(`${source}: the manifest is not JSON.`, { cause });
  }
  if ((value as { readonly format?: unknown } | null)?.format === 1) {
    throw new CheckpointError(
      `${source}: the manifest is of format 1, which held no checksum; continue that run with the release that began it.`,
    );
  }
  const result = v.safeParse(schema, value);
  if (!result.success) {
    const [issue] = result.issues;
    throw new CheckpointError(
      `${source}: the manifest is damaged at ${v.getDotPath(issue) ?? "its top"}: ${issue.message}.`,
    );
  }
  const end = SUM.exec(text);
  if (end === null || (await sha256(encode(text.slice(0, end.index)))) !== end[1]) {
    throw new CheckpointError(`${source}: the manifest differs from what was written.`);
  }
  return result.output;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
