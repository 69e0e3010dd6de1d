import { CheckpointError, type Json } from "@latentkit/core";
import * as v from "valibot";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const numbers = v.record(v.string(), v.number());
const json = v.custom<Json>((value) => value !== undefined);

/** What a checkpoint says beside its tensors: where the run stands and what it was started with. */
export interface Manifest {
  readonly format: 1;
  /** Steps done. */
  readonly step: number;
  /** Position in the data: passes completed, and batches of the pass that have been used. */
  readonly data: { readonly epoch: number; readonly batch: number };
  readonly seed: number;
  readonly batchSize: number;
  readonly objectives: readonly {
    readonly name: string;
    readonly repeats: number;
    readonly every?: number | undefined;
    readonly optimizer: Json;
  }[];
  /** Values logged since the last row of the history. */
  readonly window: {
    readonly sums: Readonly<Record<string, number>>;
    readonly counts: Readonly<Record<string, number>>;
  };
  readonly history: Record<string, number>[];
  /** What callbacks saved, by name. */
  readonly callbacks: Record<string, Json>;
  /** What the executor has to know of each objective's program, by name. */
  readonly executor?: Record<string, Json> | undefined;
  readonly tensors: { readonly file: string; readonly bytes: number; readonly sha256: string };
}

const schema: v.GenericSchema<unknown, Manifest> = v.object({
  format: v.literal(1),
  step: count,
  data: v.object({ epoch: count, batch: count }),
  seed: count,
  batchSize: count,
  objectives: v.array(v.object({ name: v.string(), repeats: count, every: v.optional(count), optimizer: json })),
  window: v.object({ sums: numbers, counts: numbers }),
  history: v.array(numbers),
  callbacks: v.record(v.string(), json),
  executor: v.optional(v.record(v.string(), json)),
  tensors: v.object({ file: v.string(), bytes: count, sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) }),
});

/** Reads a manifest; anything but a complete one is a damaged checkpoint. */
export function parseManifest(bytes: Uint8Array | undefined, source: string): Manifest {
  if (bytes === undefined) throw new CheckpointError(`${source}: the manifest is missing.`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new CheckpointError(`${source}: the manifest is not JSON.`, { cause });
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new CheckpointError(
    `${source}: the manifest is damaged at ${v.getDotPath(issue) ?? "its top"}: ${issue.message}.`,
  );
}
