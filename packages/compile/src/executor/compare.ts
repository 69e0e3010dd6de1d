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
 * Share of the largest squared gradient of a weight below which a gradient may be a rounding error. Optimisers that divide
 * by the gradient's size keep squares in a slot; slots that hold the gradient itself are hardly ever that small.
 */
const TINY = 1e-8;

/**
 * Names what differs between the eager and the compiled update, or nothing.
 *
 * A difference counts when it is larger than `tolerance` times the update itself plus what rounding explains. Rounding is
 * measured, not assumed: where a gradient is zero in theory (a bias before a batch normalisation) Adam turns its rounding
 * error into a full step, and both results are then equally right. A disturbance does not show where one side's error is
 * 0; so elements of a weight are not counted whose slots say that their gradients are that small.
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
    if (!(apart <= allowed) && !(distance(compiled, eager, tinyGradients(variable, pair)) <= allowed)) {
      return `variable '${variable.name}' lies ${apart.toExponential(1)} apart after an update of length ${moved.toExponential(1)}`;
    }
  }
  return undefined;
}

/** The elements of a weight of which a slot moved by less than {@link TINY} of its largest movement, both ways. */
function tinyGradients(weight: tf.Variable, { variables }: UpdatePair): Set<number> {
  const tiny = new Set<number>();
  if (!weight.trainable) return tiny;
  for (const { variable, before, eager, compiled } of variables) {
    if (variable.trainable || variable.shape.join() !== weight.shape.join()) continue;
    const movement = (i: number) => Math.max(Math.abs(eager[i]! - before[i]!), Math.abs(compiled[i]! - before[i]!));
    let largest = 0;
    for (let i = 0; i < eager.length; i++) largest = Math.max(largest, movement(i));
    for (let i = 0; i < eager.length; i++) if (movement(i) < TINY * largest) tiny.add(i);
  }
  return tiny;
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>, without?: ReadonlySet<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) if (!without?.has(i)) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}

function norm(a: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! ** 2;
  return Math.sqrt(sum);
}
