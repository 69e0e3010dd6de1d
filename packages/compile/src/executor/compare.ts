import type * as tf from "@tensorflow/tfjs";

/** One update, computed eagerly and by the compiled step. */
export interface UpdatePair {
  readonly logs: Readonly<
    Record<string, { readonly eager: number; readonly compiled: number; readonly disturbed: number }>
  >;
  readonly variables: readonly {
    readonly variable: tf.Variable;
    readonly before: ArrayLike<number>;
    readonly eager: ArrayLike<number>;
    readonly compiled: ArrayLike<number>;
    readonly disturbed: ArrayLike<number>;
  }[];
}

/**
 * How much further than a disturbance of 2⁻²⁰ moves the compiled result the eager one may lie: both round differently in
 * every operation, a disturbance only in the first.
 */
const ROUNDING = 30;

/**
 * Names what differs between the eager and the compiled update, or nothing.
 *
 * A difference counts when it is larger than `tolerance` times the update itself plus what rounding explains. Rounding is
 * measured, not assumed: where a gradient is zero in theory (a bias before a batch normalisation) Adam turns its rounding
 * error into a full step, and both results are then equally right.
 *
 * @param tolerance - Relative difference that is let pass.
 */
export function findDifference(pair: UpdatePair, tolerance: number): string | undefined {
  for (const [name, { eager, compiled, disturbed }] of Object.entries(pair.logs)) {
    if (!Number.isFinite(eager) && !Number.isFinite(compiled)) continue;
    const allowed = tolerance * Math.abs(eager) + ROUNDING * Math.abs(compiled - disturbed) + 1e-6;
    if (!(Math.abs(compiled - eager) <= allowed)) return `${name} is ${compiled} instead of ${eager}`;
  }
  for (const { variable, before, eager, compiled, disturbed } of pair.variables) {
    const moved = distance(eager, before);
    const allowed = tolerance * moved + ROUNDING * distance(compiled, disturbed) + 1e-6 * (norm(eager) + 1e-6);
    const apart = distance(compiled, eager);
    if (Number.isNaN(moved) && Number.isNaN(apart)) continue;
    if (!(apart <= allowed)) {
      return `variable '${variable.name}' lies ${apart.toExponential(1)} apart after an update of length ${moved.toExponential(1)}`;
    }
  }
  return undefined;
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}

function norm(a: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! ** 2;
  return Math.sqrt(sum);
}
