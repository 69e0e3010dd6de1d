import { DataError } from "./errors.js";
import type { Support } from "./types/support.js";

/**
 * Refuses data that a distribution gives no probability: left alone, a likelihood runs to numbers that mean nothing, and training
 * ends "completed". NaN and infinite values are outside every support.
 *
 * @param owner - Who asks; the first word of the message.
 * @param field - Name of the data, such as `x`.
 * @param values - The data, flat.
 * @param support - Which values are right.
 * @param place - Values in an example, and the number of the first one, so that the message can say in which the value stands.
 * @throws DataError that names the support, the first value outside it and its place.
 * @example
 * ```ts
 * import { checkSupport } from "@latentkit/core/authoring";
 * checkSupport("vae", "x", [0, 0.5, 1], { name: "values in [0, 1], for a bernoulli likelihood", min: 0, max: 1 });
 * ```
 */
export function checkSupport(
  owner: string,
  field: string,
  values: ArrayLike<number>,
  support: Support,
  place: { readonly size?: number; readonly first?: number } = {},
): void {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, integer = false } = support;
  // Float32 holds 0.1 as 0.10000000149, and resized pictures leave their range by as little.
  const rounding = integer ? 0 : 1e-6 * Math.max(1, ...[min, max].filter(Number.isFinite).map(Math.abs));
  const [least, most] = [min - rounding, max + rounding];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // Written so that NaN does not pass.
    if (value >= least && value <= most && Number.isFinite(value) && (!integer || Number.isInteger(value))) continue;
    throw new DataError(
      `${owner}: expected \`${field}\` to hold ${support.name}, received ${value} at ${position(i, place)}; ${mend(value, support)}.`,
    );
  }
}

function position(index: number, { size = 0, first = 0 }: { readonly size?: number; readonly first?: number }): string {
  if (size < 1) return `position ${index}`;
  const example = first + Math.floor(index / size);
  return size === 1 ? `example ${example}` : `example ${example}, value ${index % size}`;
}

function mend(value: number, { min, max, integer = false }: Support): string {
  if (!Number.isFinite(value)) return "check the data";
  if (integer) return "check the data and the number of classes or levels";
  if (min === undefined && max === undefined) return "check the data";
  return "scale the data, or take a likelihood that fits it, such as gaussian()";
}
