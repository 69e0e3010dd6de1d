import { describeBounds, type NumberBounds, within } from "../bounds.js";
import type { Json } from "../types/json.js";
import { type Defaults, type Option, presence } from "./option.js";

/** Bounds and default of a number. */
export interface NumberOptions<T = number> extends NumberBounds, Defaults<T> {}

/**
 * A finite number within bounds.
 *
 * @example
 * ```ts
 * import { number } from "@latentkit/core/authoring";
 * const clip = number({ above: 0, default: 0.01 });
 * ```
 */
export function number(options: NumberOptions & { readonly default: number }): Option<number, "defaulted">;
export function number(options?: NumberBounds): Option<number, "required">;
export function number(options: NumberOptions = {}): Option<number> {
  return numeric(options, "a number", Number.isFinite);
}

/** An integer within bounds. */
export function integer(options: NumberOptions & { readonly default: number }): Option<number, "defaulted">;
export function integer(options?: NumberBounds): Option<number, "required">;
export function integer(options: NumberOptions = {}): Option<number> {
  return numeric(options, "an integer", Number.isSafeInteger);
}

function numeric(options: NumberOptions, what: string, holds: (value: unknown) => boolean): Option<number> {
  return {
    presence: presence(options),
    default: options.default,
    expected: `${what}${describeBounds(options)}`,
    accepts: (value) => typeof value === "number" && holds(value) && within(value, options),
    show: String,
    toJSON: (value) => value,
    fromJSON: (json) => json as number,
    parse: Number,
  };
}

/** Options of {@link sizes}. */
export interface SizesOptions extends Defaults<readonly number[]> {
  /** Fewest entries. Default 1. */
  readonly minLength?: number;
  /** Most entries. */
  readonly maxLength?: number;
}

/** A list of integers > 0, such as a shape or the widths of layers. */
export function sizes(
  options: SizesOptions & { readonly default: readonly number[] },
): Option<readonly number[], "defaulted">;
export function sizes(options?: SizesOptions): Option<readonly number[], "required">;
export function sizes(options: SizesOptions = {}): Option<readonly number[]> {
  const { minLength = 1, maxLength = Number.POSITIVE_INFINITY } = options;
  return {
    presence: presence(options),
    default: options.default,
    expected: `${described(minLength, maxLength)} integers > 0`,
    accepts: (value) =>
      Array.isArray(value) &&
      value.length >= minLength &&
      value.length <= maxLength &&
      value.every((size) => Number.isSafeInteger(size) && size > 0),
    show: (value) => `[${value.join(", ")}]`,
    toJSON: (value) => value as Json,
    fromJSON: (json) => json as number[],
    parse: (text) => (text === "" ? [] : text.split(/[,x]/).map(Number)),
  };
}

function described(minLength: number, maxLength: number): string {
  if (minLength === maxLength) return `an array of ${minLength}`;
  if (minLength > 1) return `an array of at least ${minLength}`;
  return minLength === 1 ? "a non-empty array of" : "an array of";
}
