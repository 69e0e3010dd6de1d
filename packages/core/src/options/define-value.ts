import { CheckpointError } from "../errors.js";
import type { Json } from "../types/json.js";
import { broughtNetworks, type Networks } from "./brought-networks.js";
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
 * A value may be made of networks: those among its options, those of values and models among them, and what `build` lists as
 * `networks`. The model that has the value as an option lists, trains, saves and frees them. A network that `build` makes itself
 * stands under the name of an optional `network()`, so that a file's takes its place.
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
    const networks = {
      ...ownNetworks(specification, options),
      ...(built as { readonly networks?: Networks }).networks,
    };
    const holding = Object.keys(networks).length === 0 ? {} : { networks };
    return typeof built === "function" ? Object.assign(built, holding, written) : { ...built, ...holding, ...written };
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

/** The networks among a value's options, and those that its options bring. */
function ownNetworks(specification: Specification, options: object): Networks {
  const given = Object.entries(specification).filter(([, { network }]) => network);
  const listed = given
    .map(([name]) => [name, (options as Networks)[name]] as const)
    .filter(([, one]) => one !== undefined);
  return { ...(Object.fromEntries(listed) as Networks), ...broughtNetworks(specification, options) };
}
