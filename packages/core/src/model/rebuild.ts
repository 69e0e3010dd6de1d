import type * as tf from "@tensorflow/tfjs";
import { check } from "../check.js";
import { CheckpointError, ConfigError } from "../errors.js";
import type { LoadedNetworks } from "../model-file.js";
import { allVariables } from "../networks.js";
import { fromJSON } from "../options/json.js";
import type { ReadContext } from "../options/option.js";
import { unknownOption } from "../options/resolve.js";
import { freeze, frozenParts } from "../topology/frozen.js";
import type { ModelDescription } from "../types/description.js";
import type { Model } from "../types/model.js";
import { assignVariables, namedWeights } from "../variables.js";
import { describedModel } from "./described-model.js";
import type { AnyFactory, LoadOptionsOf, ModelOf } from "./factories.js";
import { hold } from "./ownership.js";

/** The model that a file describes, of its networks; they are freed when it cannot be built. */
export function rebuild<F extends AnyFactory>(
  loaded: LoadedNetworks,
  source: string,
  factories: F | readonly F[],
  options: LoadOptionsOf<F> | undefined,
): ModelOf<F> {
  // What the model takes it holds itself; the rest goes, and all of it when building fails.
  const release = hold(allVariables(Object.values(loaded.networks)));
  try {
    const known = (Array.isArray(factories) ? factories : [factories]) as readonly AnyFactory[];
    check(source).that(
      "factories",
      factories,
      known.length > 0 && known.every((factory) => typeof factory === "function" && typeof factory.kind === "string"),
      "the factories of the models that may come, as in loadModel(path, [vae, iwae])",
    );
    const isObject =
      options === undefined || (typeof options === "object" && options !== null && !Array.isArray(options));
    check(source).that("options", options, isObject, "an object of options in place of the file's");
    const description = describedModel(loaded.config, source);
    const model = build(description, known, loaded.networks, source, (options ?? {}) as Record<string, unknown>);
    try {
      takeWeights(model, loaded.networks, source, Object.keys(options ?? {}));
      assignVariables(new Map(Object.entries(model.state ?? {})), loaded.state, source);
    } catch (error) {
      model.dispose();
      throw error;
    }
    return model as ModelOf<F>;
  } finally {
    release();
  }
}

function build(
  { kind, options, asked }: ModelDescription,
  factories: readonly AnyFactory[],
  networks: Readonly<Record<string, tf.LayersModel>>,
  source: string,
  given: Readonly<Record<string, unknown>>,
): Model<never> {
  const factory = factories.find((candidate) => candidate.kind === kind);
  if (factory === undefined) {
    const kinds = factories.map((candidate) => candidate.kind).join(", ");
    throw new CheckpointError(
      `${source}: the file holds a model of kind '${kind}', expected ${factories.length > 1 ? "one of " : ""}${kinds}; pass its factory too, as in loadModel(path, [${kind}, …]).`,
    );
  }
  const names = Object.keys(factory.specification);
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) throw new ConfigError(`${source}: ${kind}: ${unknownOption(name, names)}`);
  }
  const inner: Model<never>[] = [];
  const context: ReadContext = {
    source,
    networks,
    build(description, name, own) {
      inner.push(build(describedModel({ model: description }, source), factories, own, `${source}: ${name}`, {}));
      return inner.at(-1);
    },
  };
  try {
    return factory(fromJSON(factory.specification, options, context, given, asked) as never);
  } finally {
    // The model that is made of them holds their weights.
    for (const model of inner) model.dispose();
  }
}

/**
 * Gives the networks that a factory made itself the weights of the file, and freezes what was frozen. What a value brings that takes
 * the place of the file's stays as it is.
 */
function takeWeights(
  model: Model<never>,
  loaded: Readonly<Record<string, tf.LayersModel>>,
  source: string,
  replaced: readonly string[],
): void {
  const taken = new Set(Object.values(loaded));
  for (const [name, network] of Object.entries(model.networks)) {
    if (taken.has(network)) continue;
    const found = loaded[name];
    if (found === undefined && replaced.some((option) => name.startsWith(`${option}.`))) continue;
    if (found === undefined) throw new CheckpointError(`${source}: the network '${name}' of the model is missing.`);
    const [from, to] = [found, network].map((one) => [...namedWeights({ [name]: one })]) as [
      [string, tf.Variable][],
      [string, tf.Variable][],
    ];
    const fits = from.length === to.length && to.every(([, { shape }], i) => from[i]![1].shape.join() === shape.join());
    if (!fits) {
      throw new CheckpointError(
        `${source}: the network '${name}' of the file has other weights than its options make.`,
      );
    }
    to.forEach(([, variable], i) => {
      variable.assign(from[i]![1]);
    });
    freeze(network, frozenParts(found));
  }
}
