import type * as tf from "@tensorflow/tfjs";
import { ConfigError } from "../errors.js";
import { allVariables } from "../networks.js";
import { broughtNetworks } from "../options/brought-networks.js";
import { toJSON } from "../options/json.js";
import type { OptionsOf, Resolved, Specification } from "../options/option.js";
import { resolveOptions } from "../options/resolve.js";
import type { ModelDescription } from "../types/description.js";
import type { Batch, Model } from "../types/model.js";
import { checkFields } from "./check-fields.js";
import { hold } from "./ownership.js";

/** A factory of models that knows its kind and its options. */
export interface ModelFactory<O, M extends Model<never>> {
  (...options: Record<never, never> extends O ? [options?: O] : [options: O]): M;
  /** The factory's name: kind of its models. */
  readonly kind: string;
  /** Its options: defaults, bounds, forms in files and on the command line. */
  readonly specification: Specification;
}

/** What an author writes of a model; {@link defineModel} adds the rest. */
export type ModelParts<M extends Model<never>> = Omit<M, "kind" | "describe" | "checkBatch" | "dispose"> & {
  /** Beside the check of `fields`. */
  checkBatch?(batch: Batch): void;
  /** Frees what the model made beside its networks and state, such as models within it. */
  onDispose?(): void;
};

/**
 * Makes a model factory: its options are checked and defaulted, its models say what they are, so that files hold them whole, hold
 * the networks that they are made of, and refuse batches that they have no place for.
 *
 * @param kind - The factory's name, as users call it. It names the model in files, messages and on the command line.
 * @param specification - Its options. A network stands here under the name that the model lists it under; networks that values and
 *   models among the options bring are listed for it, as `prior.pseudoInputs`.
 * @param build - The model from complete options.
 * @example
 * ```ts
 * import { apply, defineModel, network, number } from "@latentkit/core/authoring";
 * import * as tf from "@tensorflow/tfjs";
 * const shrinking = defineModel("shrinking", { net: network(), weight: number({ min: 0, default: 1 }) }, ({ net, weight }) => ({
 *   networks: { net },
 *   fields: { x: { shape: net.inputs[0]!.shape } },
 *   objectives: [
 *     {
 *       name: "shrinking",
 *       updates: [net],
 *       loss: ({ x }, step) => ({ total: tf.mul(weight, tf.mean(tf.square(apply(net, x, step)))) }),
 *     },
 *   ],
 * }));
 * const model = shrinking({ net: tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] }) });
 * ```
 */
export function defineModel<const S extends Specification, M extends Model<never>>(
  kind: string,
  specification: S,
  build: (options: Resolved<S>) => ModelParts<M>,
): ModelFactory<OptionsOf<S>, M> {
  const factory = (given?: unknown): M => {
    const options = resolveOptions(kind, specification, given);
    const { onDispose, ...built } = build(options);
    checkListed(kind, specification, options, built.networks);
    const parts = { ...built, networks: { ...built.networks, ...broughtNetworks(specification, options) } };
    const state: tf.Variable[] = Object.values(parts.state ?? {});
    const release = hold([...allVariables(Object.values(parts.networks)), ...state]);
    let disposed = false;
    const model = {
      ...parts,
      kind,
      describe: (): ModelDescription => ({ kind, ...toJSON(specification, options) }),
      checkBatch(batch: Batch) {
        checkFields(kind, parts.fields, batch);
        parts.checkBatch?.(batch);
      },
      dispose() {
        if (disposed) return;
        disposed = true;
        onDispose?.();
        release();
      },
    };
    return model as unknown as M;
  };
  return Object.assign(factory, { kind, specification }) as ModelFactory<OptionsOf<S>, M>;
}

/** A network that a model was given and does not list would be missing in its files. */
function checkListed(
  kind: string,
  specification: Specification,
  options: object,
  networks: Readonly<Record<string, tf.LayersModel>>,
): void {
  for (const [name, option] of Object.entries(specification)) {
    const given = (options as Readonly<Record<string, unknown>>)[name];
    if (option.network && given !== undefined && networks[name] !== given) {
      throw new ConfigError(`${kind}: expected the network \`${name}\` among the model's networks under that name.`);
    }
  }
}
