import type * as tf from "@tensorflow/tfjs";

/** What one quantity is eagerly, compiled, and compiled from inputs disturbed in one or several ways. */
export interface Sides<T> {
  readonly eager: T;
  readonly compiled: T;
  readonly disturbed: readonly T[];
}

/** One update, computed eagerly and by the compiled step. */
export interface UpdatePair {
  readonly logs: Readonly<Record<string, Sides<number>>>;
  /** Gradients as the optimiser gets them. */
  readonly gradients: readonly ({ readonly variable: tf.Variable } & Sides<ArrayLike<number>>)[];
  readonly variables: readonly ({
    readonly variable: tf.Variable;
    readonly before: ArrayLike<number>;
    /** The place in `gradients` of the one that the variable moves along, element by element. */
    readonly gradient?: number | undefined;
  } & Sides<ArrayLike<number>>)[];
}

/** A difference that rounding does not explain. */
export interface Difference {
  readonly text: string;
  /** Whether the compiled result alone is NaN or infinite: the eager kernels may have lost it. */
  readonly notFinite: boolean;
}

/**
 * The relative size of the disturbance of weights and examples that shows what rounding does, some hundred roundings: both sides
 * round differently in every operation, a disturbance comes only before the first, and whether a rectifier's input falls on
 * the other side of zero is a matter of few elements that a small one may miss.
 */
export const JITTER: number = 2 ** -15;

/** How many disturbances of losses and gradients are tried. */
export const DISTURBANCES = 3;

/** How much further than a disturbance moves the compiled result the eager one may lie. */
const ROUNDING = 2;

/** Two units in the last place of a float32, as a share of a variable that moves along the same gradient. */
const ULPS = 2.4e-7;

/** Rounding of sums of many terms, as a share of the largest gradient of the step: where a gradient is zero in theory. */
const NOISE = 3e-6;

/**
 * Names what differs between the eager and the compiled update, or nothing.
 *
 * Losses and gradients are compared before the optimiser, since optimisers that divide by a gradient's size turn the rounding
 * of one that is zero in theory (a bias before a batch normalisation) into a full step. A difference counts when it is larger
 * than `tolerance` times the quantity plus what rounding explains, which is measured by a disturbance. What the optimiser
 * makes of gradients is compared for those elements that both sides have alike. One side alone that is not finite always
 * counts; a disturbed result that is not finite measures nothing, neither that all is allowed nor that nothing is.
 *
 * @param tolerance - Relative difference that is let pass.
 */
export function findDifference(pair: UpdatePair, tolerance: number): Difference | undefined {
  const logs = Object.entries(pair.logs);
  const largestLog = Math.max(1, ...logs.map(([, { eager }]) => Math.abs(eager)).filter(Number.isFinite));
  for (const [name, { eager, compiled, disturbed }] of logs) {
    const sides = { eager: [eager], compiled: [compiled], disturbed: disturbed.map((other) => [other]) };
    if (finiteness(sides) === "neither") continue;
    const allowed = tolerance * Math.abs(eager) + ROUNDING * spread(sides) + 1e-6 * largestLog;
    if (finiteness(sides) === "both" && Math.abs(compiled - eager) <= allowed) continue;
    return { text: `${name} is ${compiled} instead of ${eager}`, notFinite: !Number.isFinite(compiled) };
  }
  const largest = Math.max(0, ...pair.gradients.map(({ eager }) => largestOf(eager)));
  for (const { variable, ...sides } of pair.gradients) {
    const { eager, compiled } = sides;
    if (finiteness(sides) === "neither") continue;
    const noise = NOISE * largest * Math.sqrt(eager.length);
    const allowed = tolerance * norm(eager) + ROUNDING * spread(sides) + noise;
    const apart = distance(compiled, eager);
    if (finiteness(sides) === "both" && apart <= allowed) continue;
    return {
      text: `the gradient of '${variable.name}' lies ${apart.toExponential(1)} apart, of length ${norm(eager).toExponential(1)}`,
      notFinite: !areFinite(compiled),
    };
  }
  return differenceOfVariables(pair, tolerance);
}

function differenceOfVariables(pair: UpdatePair, tolerance: number): Difference | undefined {
  // Clipping carries the rounding of one gradient to all.
  const finite = pair.gradients.filter((sides) => finiteness(sides) === "both");
  const apartOf = finite.map(({ eager, compiled }) => distance(eager, compiled) ** 2);
  const lengthOf = finite.map(({ eager }) => norm(eager) ** 2);
  const shared = sum(lengthOf) > 0 ? Math.sqrt(sum(apartOf) / sum(lengthOf)) : 0;
  // What two objectives move to and fro, and an average of it, may be no more than what rounding left of both moves.
  const sizes = new Map<number, number>();
  for (const { gradient, before, eager } of pair.variables) {
    if (gradient === undefined || !areFinite(before) || !areFinite(eager)) continue;
    sizes.set(gradient, Math.max(sizes.get(gradient) ?? 0, norm(before), norm(eager)));
  }
  const sizeOf = (gradient: number | undefined) => (gradient === undefined ? 0 : (sizes.get(gradient) ?? 0));
  for (const { variable, before, gradient, ...sides } of pair.variables) {
    const { eager, compiled } = sides;
    if (finiteness(sides) === "neither") continue;
    const known = gradient === undefined ? undefined : alike(pair.gradients[gradient]!, tolerance);
    const loose = known === undefined ? tolerance : 3 * tolerance + 2 * shared;
    const moved = areFinite(before) ? distance(eager, before, known) : norm(eager, known);
    const rounding = ROUNDING * spread(sides, known) + 1e-6 * (norm(eager, known) + 1e-6) + ULPS * sizeOf(gradient);
    const apart = distance(compiled, eager, known);
    if (finiteness(sides) === "both" && apart <= loose * moved + rounding) continue;
    return {
      text: `variable '${variable.name}' lies ${apart.toExponential(1)} apart after an update of length ${moved.toExponential(1)}`,
      notFinite: !areFinite(compiled),
    };
  }
  return undefined;
}

/** The elements of a gradient that all sides have alike: 1, the others 0. */
function alike({ eager, compiled, disturbed }: Sides<ArrayLike<number>>, tolerance: number): Uint8Array {
  const known = new Uint8Array(eager.length);
  const telling = disturbed.filter(areFinite);
  for (let i = 0; i < known.length; i++) {
    const size = tolerance * Math.abs(eager[i]!);
    const isNear = (other: ArrayLike<number>) => Math.abs(compiled[i]! - other[i]!) <= size;
    if (isNear(eager) && telling.every(isNear)) known[i] = 1;
  }
  return known;
}

/** Whether two results of a function agree but for rounding, and for the few elements that rounding tips over an edge. */
export function agree(sides: Sides<ArrayLike<number>>, tolerance: number): boolean {
  const { eager, compiled } = sides;
  if (finiteness(sides) !== "both") return finiteness(sides) === "neither";
  const bound = tolerance * norm(eager) + ROUNDING * spread(sides) + 1e-6 * Math.sqrt(eager.length);
  if (distance(compiled, eager) <= bound) return true;
  let tipped = 0;
  const near = new Uint8Array(eager.length);
  for (let i = 0; i < near.length; i++) {
    if (Math.abs(compiled[i]! - eager[i]!) <= 0.1 * Math.abs(eager[i]!) + 1e-3) near[i] = 1;
    else tipped++;
  }
  return tipped <= eager.length / 500 && distance(compiled, eager, near) <= bound;
}

/** Which of the two results is finite: allowances are for pairs of which both are. */
function finiteness({ eager, compiled }: Sides<ArrayLike<number>>): "both" | "one" | "neither" {
  if (areFinite(eager)) return areFinite(compiled) ? "both" : "one";
  return areFinite(compiled) ? "one" : "neither";
}

function areFinite(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (size > largest && size < Infinity) largest = size;
  }
  return largest;
}

/** @param only - Counts the elements where it is 1. Default all. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>, only?: Uint8Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) if (only === undefined || only[i] === 1) total += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(total);
}

/** How far disturbances move a result; of several, since a single number may hardly move by chance. */
function spread({ compiled, disturbed }: Sides<ArrayLike<number>>, only?: Uint8Array): number {
  return Math.max(0, ...disturbed.filter(areFinite).map((other) => distance(compiled, other, only)));
}

function norm(a: ArrayLike<number>, only?: Uint8Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) if (only === undefined || only[i] === 1) total += a[i]! ** 2;
  return Math.sqrt(total);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
