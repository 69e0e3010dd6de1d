/**
 * The largest of any number of values, and of `atLeast`. `Math.max(...values)` ends with a RangeError from about 130,000 on.
 *
 * @example
 * ```ts
 * import { maxOf } from "@latentkit/core/authoring";
 * maxOf(new Float32Array(1_000_000), 1); // 1
 * ```
 */
export function maxOf(values: Iterable<number>, atLeast: number = Number.NEGATIVE_INFINITY): number {
  let largest = atLeast;
  for (const value of values) largest = Math.max(largest, value);
  return largest;
}

/** The smallest of any number of values, and of `atMost`; see {@link maxOf}. */
export function minOf(values: Iterable<number>, atMost: number = Number.POSITIVE_INFINITY): number {
  let smallest = atMost;
  for (const value of values) smallest = Math.min(smallest, value);
  return smallest;
}
