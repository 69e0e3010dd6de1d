import { Breather } from "@latentkit/core/authoring";

/** A function's value and gradient at a point. */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Where a minimisation ended. */
export interface Minimum extends Evaluation {
  readonly point: Float64Array;
  readonly iterations: number;
  /** Whether the gradient fell below the tolerance. */
  readonly converged: boolean;
}

interface Pair {
  /** Step that was made. */
  readonly s: Float64Array;
  /** How the gradient changed with it. */
  readonly y: Float64Array;
  /** 1 / (s · y). */
  readonly rho: number;
}

/** When a search ends. */
export interface MinimizeOptions {
  readonly maxIterations: number;
  readonly tolerance: number;
  readonly signal?: AbortSignal | undefined;
}

/** Steps that the curvature is learnt from. */
const MEMORY = 10;

/**
 * Minimises a smooth function by limited-memory BFGS with a backtracking line search: no step size to choose, and the same
 * path every time.
 *
 * Source: Nocedal and Wright, "Numerical Optimization", 2nd edition, 2006, algorithms 7.4 and 7.5, and 3.1 for the line
 * search. https://doi.org/10.1007/978-0-387-40065-5
 *
 * @param tolerance - Ends when no part of the gradient is larger.
 */
export async function minimize(
  evaluate: (point: Float64Array) => Promise<Evaluation>,
  start: Float64Array,
  { maxIterations, tolerance, signal }: MinimizeOptions,
): Promise<Minimum> {
  let point = start;
  let here = await evaluate(point);
  const pairs: Pair[] = [];
  const breather = new Breather();
  const done = (): boolean => here.gradient.every((g) => Math.abs(g) <= tolerance);
  let iterations = 0;
  for (; iterations < maxIterations && !done(); iterations++) {
    await breather.pause();
    signal?.throwIfAborted();
    const direction = descentDirection(here.gradient, pairs);
    // The first step knows no curvature, so it is kept to unit length.
    const first = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(direction, direction))) : 1;
    const found = await lineSearch(evaluate, point, here, direction, first);
    if (found === undefined) break; // The value's precision is exhausted.
    const s = found.point.map((v, i) => v - point[i]!);
    const y = found.gradient.map((g, i) => g - here.gradient[i]!);
    const curvature = dot(s, y);
    if (curvature > 1e-12 * dot(y, y)) pairs.push({ s, y, rho: 1 / curvature });
    if (pairs.length > MEMORY) pairs.shift();
    point = found.point;
    here = found;
  }
  return { point, value: here.value, gradient: here.gradient, iterations, converged: done() };
}

/** −H·gradient by the two-loop recursion, H the inverse curvature that the pairs imply. */
function descentDirection(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.map((g) => -g);
  const alphas: number[] = [];
  for (const { s, y, rho } of pairs.toReversed()) {
    const alpha = rho * dot(s, q);
    alphas.push(alpha);
    for (let i = 0; i < q.length; i++) q[i]! -= alpha * y[i]!;
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.y, last.y));
    for (let i = 0; i < q.length; i++) q[i]! *= scale;
  }
  for (const { s, y, rho } of pairs) {
    const beta = alphas.pop()! - rho * dot(y, q);
    for (let i = 0; i < q.length; i++) q[i]! += beta * s[i]!;
  }
  return q;
}

/** Halves the step until the value falls by enough; `undefined` when it never does. */
async function lineSearch(
  evaluate: (point: Float64Array) => Promise<Evaluation>,
  point: Float64Array,
  here: Evaluation,
  direction: Float64Array,
  first: number,
): Promise<(Evaluation & { readonly point: Float64Array }) | undefined> {
  const slope = dot(here.gradient, direction);
  for (let step = first; step > first * 2 ** -20; step /= 2) {
    const next = point.map((v, i) => v + step * direction[i]!);
    const there = await evaluate(next);
    if (there.value <= here.value + 1e-4 * step * slope) return { ...there, point: next };
  }
  return undefined;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
