import * as tf from "@tensorflow/tfjs";

/** What every layer of the library takes beside its own options; tfjs passes the rest when a network is loaded. */
export interface LayerOptions {
  /** Name of the layer, unique in its network. Default: tfjs counts one up. */
  readonly name?: string;
  /** Shape of one example, needed only for the first layer of a `tf.sequential`. */
  readonly inputShape?: readonly number[];
}

/** Arguments of a layer's call, as tfjs passes them. */
export type CallArguments = Readonly<Record<string, unknown>>;

/** The one input of a layer: tfjs passes it bare or in a list. */
export function single(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(inputs) ? inputs[0]! : inputs;
}

/** The shape of the one input of a layer: tfjs passes it bare or in a list. */
export function singleShape(shapes: tf.Shape | tf.Shape[]): tf.Shape {
  return Array.isArray(shapes[0]) ? shapes[0] : (shapes as tf.Shape);
}

/** Makes a layer class known to tfjs, so that saved networks with it can be loaded. */
export function registerLayer(layer: { readonly className: string }): void {
  tf.serialization.registerClass(
    layer as unknown as tf.serialization.SerializableConstructor<tf.serialization.Serializable>,
  );
}

/** Names of {@link LayerOptions}, for refusing others. */
export const LAYER_OPTIONS: readonly string[] = ["name", "inputShape"];

/** What the base class takes: the common options, and what tfjs adds when a network is loaded. */
export function layerArguments(options: LayerOptions): LayerArguments {
  const given = options as LayerOptions & LayerArguments;
  const args: Record<string, unknown> = {};
  for (const key of ["name", "inputShape", "batchInputShape", "dtype", "trainable"] as const) {
    if (given[key] !== undefined) args[key] = given[key];
  }
  return args;
}

type LayerArguments = NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]>;
