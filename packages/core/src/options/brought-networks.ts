import type * as tf from "@tensorflow/tfjs";
import type { ReadContext, Specification } from "./option.js";

/** Networks by name. */
export type Networks = Readonly<Record<string, tf.LayersModel>>;

/** A name within a name: `prior.pseudoInputs`, `posterior.flows.0.conditioner`. */
export function named(path: string | undefined, name: string | number): string {
  return path === undefined ? String(name) : `${path}.${name}`;
}

/** Networks of several parts, under the parts' names. */
export function gathered(parts: readonly (readonly [string | number, Networks | undefined])[]): Networks {
  return Object.fromEntries(
    parts.flatMap(([part, networks = {}]) =>
      Object.entries(networks).map(([name, network]): [string, tf.LayersModel] => [named(String(part), name), network]),
    ),
  );
}

/**
 * The networks that options bring with them beside those that are options themselves: of values such as a learned prior, and of
 * models. They stand under the option's name, in the model that has them as in its file.
 */
export function broughtNetworks(specification: Specification, options: object): Networks {
  const given = options as Readonly<Record<string, unknown>>;
  return gathered(
    Object.entries(specification).map(([name, option]) => [
      name,
      given[name] === undefined ? undefined : option.networksOf?.(given[name]),
    ]),
  );
}

/** What a value reads of a file: the networks that it brought, under its own names for them. */
export function within(context: ReadContext): ReadContext {
  const { path, ...rest } = context;
  if (path === undefined) return context;
  const own = Object.entries(context.networks).filter(([name]) => name.startsWith(`${path}.`));
  return {
    ...rest,
    networks: Object.fromEntries(own.map(([name, network]) => [name.slice(path.length + 1), network])),
  };
}
