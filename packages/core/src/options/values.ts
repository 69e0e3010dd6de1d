import { CheckpointError } from "../errors.js";
import type { Json } from "../types/json.js";
import { type Networks, within } from "./brought-networks.js";
import type { ValueFactory } from "./define-value.js";
import { type Defaults, type Option, optional, presence } from "./option.js";
import { show } from "./show.js";

/** How an option that is a value of the library, or one of the user's own of the same shape, is recognised and read. */
export interface ValueOptions<T> extends Defaults<T> {
  /** Completes "expected `name` to be …": `a likelihood such as bernoulli()`. */
  readonly expected: string;
  /** Whether a value has the shape that is needed. */
  readonly accepts: (value: unknown) => boolean;
  /** The library's own, by which files and the command line are read. */
  readonly factories: readonly ValueFactory<T>[];
}

/**
 * A value such as a likelihood or a penalty. Those made with `defineValue` are written to files by name and options; one of the
 * user's own is asked for again on loading.
 */
export function value<T>(options: ValueOptions<T> & { readonly default: T }): Option<T, "defaulted">;
export function value<T>(options: ValueOptions<T>): Option<T, "required">;
export function value<T>(options: ValueOptions<T>): Option<T> {
  const { factories, expected, accepts } = options;
  return {
    presence: presence(options),
    default: options.default,
    expected,
    accepts,
    show: (given) => {
      const json = jsonOf(given);
      return json === undefined ? show(given) : describe(json);
    },
    toJSON: jsonOf,
    networksOf: (given) => (given as { readonly networks?: Networks } | undefined)?.networks ?? {},
    fromJSON(json, context) {
      const { name } = (typeof json === "object" && json !== null ? json : {}) as { readonly name?: Json };
      const factory = factories.find((candidate) => candidate.valueName === name);
      if (factory !== undefined) return factory.fromJSON(json, within(context));
      throw new CheckpointError(
        `${context.source}: expected ${expected}, one of ${factories.map(({ valueName }) => valueName).join(", ")}, received ${JSON.stringify(json)}.`,
      );
    },
    parse(word) {
      const factory = factories.find((candidate) => candidate.valueName === word);
      return factory?.byName();
    },
  };
}

/** A value that files cannot hold, such as a stream or a signal. */
export function instance<T>(expected: string, accepts: (value: unknown) => boolean): Option<T, "required"> {
  return {
    presence: "required",
    expected,
    accepts,
    show,
    toJSON: () => undefined,
    fromJSON(_, { source }) {
      throw new CheckpointError(`${source}: expected ${expected}, which files do not hold.`);
    },
  };
}

/** A signal that ends what takes long; the controller it belongs to is refused, since it would never be heard. */
export function abortSignal(): Option<AbortSignal, "optional"> {
  return optional(
    instance<AbortSignal>("an AbortSignal such as `controller.signal`", (given) => given instanceof AbortSignal),
  );
}

/**
 * One of a few functions of the library by name, or one of the user's own, which is asked for again on loading.
 *
 * @typeParam T - The functions' type.
 */
export function functionOf<T extends (...args: never[]) => unknown>(
  expected: string,
  known: Readonly<Record<string, T>>,
  options: Defaults<T> = {},
): Option<T> {
  return {
    presence: presence(options),
    default: options.default,
    expected,
    accepts: (given) => typeof given === "function",
    show: (given) => nameOf(known, given) ?? "a function",
    toJSON: (given) => nameOf(known, given),
    fromJSON(json, { source }) {
      if (typeof json === "string" && Object.hasOwn(known, json)) return known[json]!;
      throw new CheckpointError(
        `${source}: expected one of ${Object.keys(known).join(", ")}, received ${JSON.stringify(json)}.`,
      );
    },
    parse: (word) => (Object.hasOwn(known, word) ? known[word] : undefined),
  };
}

function nameOf<T>(known: Readonly<Record<string, T>>, given: T): string | undefined {
  return Object.keys(known).find((name) => known[name] === given);
}

/** What `defineValue` gave a value to be written with; nothing for others. */
function jsonOf(given: unknown): Json | undefined {
  const { toJSON } = (given ?? {}) as { toJSON?: unknown };
  return typeof toJSON === "function" ? (toJSON.call(given) as Json | undefined) : undefined;
}

function describe(json: Json): string {
  const { name, ...rest } = json as { readonly name: string };
  const told = Object.entries(rest).map(([key, told]) => `${key}: ${JSON.stringify(told)}`);
  return `${name}(${told.length === 0 ? "" : `{ ${told.join(", ")} }`})`;
}
