import { type Defaults, type Option, presence } from "./option.js";
import { show } from "./show.js";

/**
 * One of a few strings.
 *
 * @example
 * ```ts
 * import { choice } from "@latentkit/core/authoring";
 * const penalty = choice(["kl", "l1"], { default: "kl" });
 * ```
 */
export function choice<const T extends string>(
  values: readonly T[],
  options: { readonly default: NoInfer<T> },
): Option<T, "defaulted">;
export function choice<const T extends string>(values: readonly T[], options?: object): Option<T, "required">;
export function choice<const T extends string>(values: readonly T[], options: Defaults<T> = {}): Option<T> {
  return {
    presence: presence(options),
    default: options.default,
    expected: `one of ${values.map((value) => `'${value}'`).join(", ")}`,
    accepts: (value) => (values as readonly unknown[]).includes(value),
    show,
    toJSON: (value) => value,
    fromJSON: (json) => json as T,
    parse: (word) => word,
  };
}

/** True or false. */
export function flag(options: { readonly default: boolean }): Option<boolean, "defaulted">;
export function flag(options?: object): Option<boolean, "required">;
export function flag(options: Defaults<boolean> = {}): Option<boolean> {
  return {
    presence: presence(options),
    default: options.default,
    expected: "true or false",
    accepts: (value) => typeof value === "boolean",
    show: String,
    toJSON: (value) => value,
    fromJSON: (json) => json as boolean,
    parse: (word) => (word === "" || word === "true" ? true : word === "false" ? false : word),
  };
}

/** Options of {@link text}. */
export interface TextOptions extends Defaults<string> {
  /** What the text has to match, and how to say so. */
  readonly pattern?: RegExp;
  readonly expected?: string;
}

/** A string. */
export function text(options: TextOptions & { readonly default: string }): Option<string, "defaulted">;
export function text(options?: TextOptions): Option<string, "required">;
export function text(options: TextOptions = {}): Option<string> {
  const { pattern, expected = "a string that is not empty" } = options;
  return {
    presence: presence(options),
    default: options.default,
    expected,
    accepts: (value) => typeof value === "string" && value !== "" && (pattern?.test(value) ?? true),
    show,
    toJSON: (value) => value,
    fromJSON: (json) => json as string,
    parse: (word) => word,
  };
}
