import { type Batch, CheckpointError, type Json, type Model } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import type { Optimizer } from "../optimizers/optimizer.js";

/** All differences that may be allowed. */
export const ALLOWED: readonly Difference[] = ["optimizers", "clipNorm", "ema", "model", "data", "backend", "executor"];

/** What may be allowed to differ when a run is continued. */
export type Difference = "optimizers" | "clipNorm" | "ema" | "model" | "data" | "backend" | "executor";

/** What shapes a run, by the names of the options, as JSON. */
export type RunIdentity = Readonly<Record<string, Json>>;

/** What an identity is made of. */
export interface IdentityParts<B extends Batch> {
  readonly model: Model<B>;
  readonly optimizers: readonly Optimizer[];
  readonly seed: number;
  readonly batchSize: number;
  readonly clipNorm: number | undefined;
  readonly ema: number | undefined;
  /** Examples of the data. */
  readonly size: number | undefined;
  readonly executor: string;
}

/** All that a run has to be continued with for its numbers to come out as if it had never ended. */
export function identityOf<B extends Batch>(parts: IdentityParts<B>): RunIdentity {
  const { model, optimizers, seed, batchSize, clipNorm, ema, size, executor } = parts;
  const { kind, options } = model.describe();
  return {
    ...{ seed, batchSize },
    objectives: model.objectives.map(
      ({ name, repeats = 1, every = 1 }) => `${name} × ${repeats}${every > 1 ? ` every ${every} steps` : ""}`,
    ),
    optimizers: Object.fromEntries(model.objectives.map(({ name }, i) => [name, optimizers[i]!.toJSON()])),
    ...{ clipNorm: clipNorm ?? null, ema: ema ?? null },
    model: { kind, ...options },
    data: { size: size ?? null },
    ...{ backend: tf.getBackend(), executor },
  };
}

/**
 * Refuses to continue a run with anything that shapes it in another way than when it began.
 *
 * @param source - The checkpoint, for messages.
 * @throws CheckpointError that names the option, with both values.
 */
export function compareIdentities(
  source: string,
  saved: RunIdentity,
  now: RunIdentity,
  allow: readonly string[] = [],
): void {
  for (const [name, value] of Object.entries(now)) {
    const before = saved[name];
    if (before === undefined || allow.includes(name)) continue;
    const path = difference(before, value, name);
    if (path === undefined) continue;
    const mend = (ALLOWED as readonly string[]).includes(name)
      ? `pass \`checkpoint.allow: ["${name}"]\` to go on with the other one, or choose another folder`
      : "a run can only be continued exactly with the same";
    throw new CheckpointError(
      `${source}: expected \`${path.name}\` to be ${show(path.before)} as when the run began, received ${show(path.now)}; ${mend}.`,
    );
  }
}

/** The objectives whose optimiser is of another name than when the run began, and begins without memory. */
export function otherOptimizers(saved: RunIdentity, now: RunIdentity): string[] {
  const names = ({ optimizers = {} }: RunIdentity): Map<string, Json | undefined> =>
    new Map(
      Object.entries(isRecord(optimizers) ? optimizers : {}).map(([objective, optimizer]) => [
        objective,
        isRecord(optimizer) ? JSON.stringify([optimizer.name, (optimizer.momentum ?? 0) !== 0]) : null,
      ]),
    );
  const before = names(saved);
  return [...names(now)].flatMap(([objective, name]) => (before.get(objective) === name ? [] : [objective]));
}

/** Whether two values that JSON holds differ, and where first. */
function difference(before: Json, now: Json, name: string): { name: string; before: Json; now: Json } | undefined {
  if (isRecord(before) && isRecord(now)) {
    // Another optimiser or model is better said whole than by the first of its settings.
    const whole = before.name !== now.name || before.kind !== now.kind;
    for (const key of whole ? [] : new Set([...Object.keys(before), ...Object.keys(now)])) {
      const found = difference(before[key] ?? null, now[key] ?? null, `${name}.${key}`);
      if (found !== undefined) return found;
    }
    if (!whole) return undefined;
  }
  return JSON.stringify(before) === JSON.stringify(now) ? undefined : { name, before, now };
}

const show = (value: Json): string => (value === null ? "absent" : JSON.stringify(value));

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
