import { CheckpointError } from "../errors.js";
import type { Json } from "../types/json.js";
import { fromJSON, toJSON } from "./json.js";
import type { OptionsOf, ReadContext, Resolved, Specification } from "./option.js";
import { resolveOptions } from "./resolve.js";

/** A value that says what it is, so that files can hold it. */
export interface Written {
  /** Its name and options; nothing when one of them is a function. */
  toJSON(): Json | undefined;
}

/** What reads values of one name back. */
export interface ValueFactory<out V> {
  /** Name of the factory, and of its values in files. */
  readonly valueName: string;
  readonly specification: Specification;
  /** The value that `toJSON` described. */
  fromJSON(json: Json, context: ReadContext): V;
  /** The value with its defaults; nothing where options have to be given. */
  byName(): V | undefined;
}

/** A factory of values by their options. */
export type ValueFactoryOf<O, V> = ((
  ...options: Record<never, never> extends O ? [options?: O] : [options: O]
) => V & Written) &
  ValueFactory<V & Written>;

/**
 * Makes a factory of values — likelihoods, priors, penalties, codes — whose options are checked and defaulted from their
 * specification and which files hold by name and options.
 *
 * @param name - The factory's name, as users call it.
 * @param build - The value from complete options.
 * @example
 * ```ts
 * import { defineValue, number } from "@latentkit/core/authoring";
 * const scaled = defineValue("scaled", { by: number({ above: 0, default: 1 }) }, ({ by }) => ({
 *   apply: (x: number) => by * x,
 * }));
 * scaled({ by: 2 }).apply(3); // 6
 * ```
 */
export function defineValue<const S extends Specification, V extends object>(
  name: string,
  specification: S,
  build: (options: Resolved<S>) => V,
): ValueFactoryOf<OptionsOf<S>, V> {
  const make = (given?: unknown): V & Written => {
    const options = resolveOptions(name, specification, given);
    const written: Written = {
      toJSON() {
        const json = toJSON(specification, options);
        return json.asked.length > 0 ? undefined : { name, ...json.options };
      },
    };
    // A copy, so that a value that is made of another keeps the other's name; functions have no copy.
    const built = build(options);
    return typeof built === "function" ? Object.assign(built, written) : { ...built, ...written };
  };
  return Object.assign(make, {
    valueName: name,
    specification,
    fromJSON(json: Json, context: ReadContext) {
      const { name: _, ...saved } = json as Readonly<Record<string, Json>>;
      try {
        return make(fromJSON(specification, saved, context));
      } catch (cause) {
        throw new CheckpointError(`${context.source}: ${(cause as Error).message}`, { cause });
      }
    },
    byName: () => (Object.values(specification).some(({ presence }) => presence === "required") ? undefined : make()),
  }) as ValueFactoryOf<OptionsOf<S>, V>;
}
