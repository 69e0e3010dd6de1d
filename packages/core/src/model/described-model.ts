import { CheckpointError } from "../errors.js";
import type { ModelDescription } from "../types/description.js";
import type { Json } from "../types/json.js";

type JsonObject = Readonly<Record<string, Json>>;

const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === "object" && json !== null && !Array.isArray(json);

/**
 * The description of a model in what a file says beside its networks.
 *
 * @throws CheckpointError when it has none.
 */
export function describedModel(config: Json, source: string): ModelDescription {
  const model = isObject(config) ? config.model : undefined;
  if (isObject(model)) {
    const { kind, options, asked } = model;
    const complete = typeof kind === "string" && isObject(options) && Array.isArray(asked);
    if (complete) return { kind, options, asked: asked as string[] };
  }
  if (typeof model === "string") return fromFirstFiles(model, config as JsonObject);
  throw new CheckpointError(
    `${source}: the file holds networks but no model; load them with loadNetworks, and save models with saveModel.`,
  );
}

/**
 * What `saveVae` and `saveAutoencoder` of the first release wrote: `{ model, …options }` or `{ model, loss, options }`, with null
 * for a function.
 */
function fromFirstFiles(kind: string, { model: _, options, ...rest }: JsonObject): ModelDescription {
  const all = Object.entries({ ...rest, ...(isObject(options) ? options : {}) });
  return {
    kind,
    options: Object.fromEntries(all.filter(([, value]) => value !== null)),
    asked: all.filter(([, value]) => value === null).map(([name]) => name),
  };
}
