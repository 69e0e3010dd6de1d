import type * as tf from "@tensorflow/tfjs";
import type { Json } from "../types/json.js";

/** Whether an option has to be given, falls back to a default, or may stay away. */
export type Presence = "required" | "defaulted" | "optional";

/** What reading a value from a file may need beside its JSON. */
export interface ReadContext {
  /** What to call the file in messages. */
  readonly source: string;
  /** The file's networks, by name. */
  readonly networks: Readonly<Record<string, tf.LayersModel>>;
  /** Builds a model within the model, from its description and its networks. */
  readonly build: (description: Json, name: string, networks: ReadContext["networks"]) => unknown;
  /** Path of the option that is read, `prior` or `flows.0`: what it brings of networks stands in the file under that name. */
  readonly path?: string;
}

/**
 * One option of a factory: from it follow its default, its bounds, the message that refuses a wrong value, its form in files, on
 * the command line and in the documentation's tables.
 */
export interface Option<T = unknown, P extends Presence = Presence> {
  readonly presence: P;
  /** Completes "expected `name` to be …": `a number > 0`. */
  readonly expected: string;
  /** Value of an option that is not given. */
  readonly default?: T | undefined;
  /** Whether a value will do. */
  accepts(value: unknown): boolean;
  /** The value as a program would write it, for tables and messages: `0.01`. */
  show(value: T): string;
  /** The value for a file; `undefined` for a value that JSON has no form of, such as a function: it is asked for again. */
  toJSON(value: T): Json | undefined;
  /** The value that {@link Option.toJSON} described. */
  fromJSON(json: Json, context: ReadContext): T;
  /** The value from a word of the command line, to be checked as any other; absent where a word cannot say it. */
  parse?: ((text: string) => unknown) | undefined;
  /** Set for options that are networks: files hold them as such. */
  readonly network?: true | undefined;
  /** Networks that a value brings with it, by names of its own: of a prior that is learned, of a model. */
  networksOf?(value: T): Readonly<Record<string, tf.LayersModel>>;
}

/** The options of a factory by name. */
export type Specification = Readonly<Record<string, Option>>;

/** The type of an option's values. */
export type ValueOf<O> = O extends Option<infer T> ? T : never;
/** Names of the options of one presence. */
export type NamesOf<S, P extends Presence> = { [K in keyof S]: S[K] extends Option<infer _, P> ? K : never }[keyof S];

/** What a caller passes: required options, and those that may be left out. */
export type OptionsOf<S extends Specification> = {
  readonly [K in NamesOf<S, "required">]: ValueOf<S[K]>;
} & {
  readonly [K in NamesOf<S, "defaulted" | "optional">]?: ValueOf<S[K]> | undefined;
};

/** What a factory reads: defaults filled in. */
export type Resolved<S extends Specification> = {
  readonly [K in NamesOf<S, "required" | "defaulted">]: ValueOf<S[K]>;
} & {
  readonly [K in NamesOf<S, "optional">]: ValueOf<S[K]> | undefined;
};

/** Shape that a specification must have to describe `O`: an option for each of its properties, of its type. */
export type SpecificationOf<O> = { readonly [K in keyof O]-?: Option<Exclude<O[K], undefined>> };

/** Options of `O` that have to be given. */
export type Needed<O> = { readonly [K in keyof O]-?: Option<Exclude<O[K], undefined>, "required"> };

/** Options of `O` that all have a default. */
export type Defaulted<O> = { readonly [K in keyof O]-?: Option<Exclude<O[K], undefined>, "defaulted"> };

/** Options of `O` that may stay away. */
export type Absent<O> = { readonly [K in keyof O]-?: Option<Exclude<O[K], undefined>, "optional"> };

/** What every builder of an option takes beside its own bounds. */
export interface Defaults<T> {
  /** Value when the option is not given; without one it has to be. */
  readonly default?: T;
}

/** `required` without a default, `defaulted` with one. */
export function presence(defaults: Defaults<unknown>): Presence {
  return defaults.default === undefined ? "required" : "defaulted";
}

/**
 * An option that may be left out, without a value in its place.
 *
 * @example
 * ```ts
 * import { number, optional } from "@latentkit/core/authoring";
 * const clipNorm = optional(number({ above: 0 }));
 * ```
 */
export function optional<T>(option: Option<T>): Option<T, "optional"> {
  return { ...option, presence: "optional", default: undefined };
}

/** The same option with a default, or with another. */
export function withDefault<T>(option: Option<T>, value: T): Option<T, "defaulted"> {
  return { ...option, presence: "defaulted", default: value };
}
