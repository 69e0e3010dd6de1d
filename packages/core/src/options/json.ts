import { CheckpointError, ConfigError } from "../errors.js";
import type { Json } from "../types/json.js";
import { named } from "./brought-networks.js";
import type { ReadContext, Specification } from "./option.js";

/** Options as a file holds them, and the names of those that it cannot hold and that are asked for on loading. */
export interface WrittenOptions {
  readonly options: Readonly<Record<string, Json>>;
  readonly asked: readonly string[];
}

/** Options for a file; networks are written elsewhere. */
export function toJSON(specification: Specification, values: object): WrittenOptions {
  const options: Record<string, Json> = {};
  const asked: string[] = [];
  for (const [name, option] of Object.entries(specification)) {
    const value = (values as Readonly<Record<string, unknown>>)[name];
    if (value === undefined || option.network) continue;
    const json = option.toJSON(value);
    if (json === undefined) asked.push(name);
    else options[name] = json;
  }
  return { options, asked };
}

/**
 * Options from a file.
 *
 * @param given - Options of the caller's, which take the place of the file's.
 * @param asked - Names of options that the file says it cannot hold.
 * @throws ConfigError when one of them is not among the caller's; CheckpointError for what no option of that name can be.
 */
export function fromJSON(
  specification: Specification,
  json: Json,
  context: ReadContext,
  given: Readonly<Record<string, unknown>> = {},
  asked: readonly string[] = [],
): Record<string, unknown> {
  const saved = (typeof json === "object" && json !== null ? json : {}) as Readonly<Record<string, Json>>;
  const values: Record<string, unknown> = {};
  for (const name of asked) {
    if (given[name] === undefined) {
      throw new ConfigError(
        `${context.source}: expected \`${name}\` among the options of loading, received nothing: it was a function when the model was saved, and files hold none.`,
      );
    }
  }
  for (const name of Object.keys(saved)) {
    if (!Object.hasOwn(specification, name)) {
      throw new CheckpointError(`${context.source}: the option '${name}' of the file is not known; update LatentKit.`);
    }
  }
  for (const [name, option] of Object.entries(specification)) {
    const path = named(context.path, name);
    if (given[name] !== undefined) values[name] = given[name];
    else if (option.network) values[name] = context.networks[path];
    else if (Object.hasOwn(saved, name)) values[name] = option.fromJSON(saved[name]!, { ...context, path });
  }
  return values;
}
