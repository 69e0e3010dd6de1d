import { CheckpointError } from "../errors.js";
import type { Json } from "../types/json.js";
import { broughtNetworks, gathered, named } from "./brought-networks.js";
import { fromJSON, toJSON } from "./json.js";
import { type Defaults, type Option, type OptionsOf, presence, type Specification } from "./option.js";
import { problemOf } from "./resolve.js";
import { show } from "./show.js";

/** A list of values of one kind. */
export function listOf<T>(
  item: Option<T>,
  options: Defaults<readonly T[]> & { readonly minLength?: number; readonly default: readonly T[] },
): Option<readonly T[], "defaulted">;
export function listOf<T>(item: Option<T>, options?: { readonly minLength?: number }): Option<readonly T[], "required">;
export function listOf<T>(
  item: Option<T>,
  options: Defaults<readonly T[]> & { readonly minLength?: number } = {},
): Option<readonly T[]> {
  const { minLength = 0 } = options;
  return {
    presence: presence(options),
    default: options.default,
    expected: `${minLength > 0 ? `a list of ${minLength} or more` : "a list"}, each ${item.expected}`,
    accepts: (value) => Array.isArray(value) && value.length >= minLength && value.every(item.accepts),
    show: (value) => `[${value.map(item.show).join(", ")}]`,
    toJSON(value) {
      const written = value.map(item.toJSON);
      return written.includes(undefined) ? undefined : (written as Json[]);
    },
    fromJSON: (json, context) =>
      (json as Json[]).map((entry, i) => item.fromJSON(entry, { ...context, path: named(context.path, i) })),
    networksOf: (value) => gathered(value.map((one, i) => [i, item.networksOf?.(one)])),
  };
}

/** An object with options of its own, such as those of a replay buffer. */
export function group<const S extends Specification>(specification: S): Option<OptionsOf<S>, "required"> {
  return {
    presence: "required",
    expected: `an object with ${Object.entries(specification)
      .map(([name, { expected, presence: when }]) => `\`${name}\`${when === "required" ? "" : "?"}: ${expected}`)
      .join(", ")}`,
    accepts: (value) => problemOf(specification, value) === undefined,
    show,
    toJSON(value) {
      const { options, asked } = toJSON(specification, value);
      return asked.length > 0 ? undefined : options;
    },
    fromJSON: (json, context) => fromJSON(specification, json, context) as OptionsOf<S>,
    networksOf: (value) => broughtNetworks(specification, value),
  };
}

/** Either of two kinds of value. */
export function either<A, B>(first: Option<A>, second: Option<B>, options: Defaults<A | B> = {}): Option<A | B> {
  const of = (value: unknown): Option<A | B> => (first.accepts(value) ? first : second) as Option<A | B>;
  return {
    presence: presence(options),
    default: options.default,
    expected: `${first.expected}, or ${second.expected}`,
    accepts: (value) => first.accepts(value) || second.accepts(value),
    show: (value) => of(value).show(value),
    toJSON: (value) => of(value).toJSON(value),
    networksOf: (value) => of(value).networksOf?.(value) ?? {},
    fromJSON(json, context) {
      for (const option of [first, second]) {
        try {
          const value = option.fromJSON(json, context);
          if (option.accepts(value)) return value;
        } catch (error) {
          if (option === second) throw error;
        }
      }
      throw new CheckpointError(`${context.source}: expected ${this.expected}, received ${JSON.stringify(json)}.`);
    },
    parse: (word) => {
      const value = first.parse?.(word);
      return first.accepts(value) ? value : second.parse?.(word);
    },
  };
}

/** Numbers in arrays that JSON holds as they are, such as the means of a mixture. */
export function numbers<T extends Json>(expected: string, accepts: (value: unknown) => boolean): Option<T, "required"> {
  return {
    presence: "required",
    expected,
    accepts,
    show,
    toJSON: (value) => value,
    fromJSON: (json) => json as T,
  };
}
