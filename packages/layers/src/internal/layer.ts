import { ShapeError } from "@latentkit/core";
import {
  optional,
  type Resolved,
  resolveOptions,
  type Specification,
  showShape,
  text,
  value,
} from "@latentkit/core/authoring";
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

/** Whether a layer's call may move its state: in training, unless the layer is frozen. */
export function trains(layer: tf.layers.Layer, { training }: CallArguments): boolean {
  return training === true && layer.trainableWeights.length > 0;
}

/** The one input of a layer: tfjs passes it bare or in a list. */
export function single(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(inputs) ? inputs[0]! : inputs;
}

/** The shape of the one input of a layer: tfjs passes it bare or in a list. */
export function singleShape(shapes: tf.Shape | tf.Shape[]): tf.Shape {
  return Array.isArray(shapes[0]) ? shapes[0] : (shapes as tf.Shape);
}

/**
 * The shapes of a picture and of a vector for it, the two inputs of a layer.
 *
 * @param expected - The two inputs in words.
 * @throws ShapeError for other inputs, with the shapes that came.
 */
export function pictureAndVector(
  owner: string,
  shapes: tf.Shape | tf.Shape[],
  expected: string,
  fits: (picture: tf.Shape, vector: tf.Shape) => boolean,
): readonly [tf.Shape, tf.Shape] {
  const given = shapes as tf.Shape[];
  const [picture, vector] = given;
  if (Array.isArray(picture) && given.length === 2 && vector?.length === 2 && fits(picture, vector)) {
    return [picture, vector];
  }
  const received = given.map((shape) => (Array.isArray(shape) ? showShape(shape) : String(shape))).join(" and ");
  throw new ShapeError(`${owner}: expected ${expected}, received ${received}.`);
}

/** Makes a layer class known to tfjs, so that saved networks with it can be loaded. */
export function registerLayer(layer: { readonly className: string }): void {
  tf.serialization.registerClass(
    layer as unknown as tf.serialization.SerializableConstructor<tf.serialization.Serializable>,
  );
}

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

const LAYER = {
  name: optional(text()),
  inputShape: optional(
    value<readonly (number | null)[]>({
      expected: "an array of integers > 0, or null for open sizes",
      accepts: (shape) =>
        Array.isArray(shape) && shape.every((size) => size === null || (Number.isSafeInteger(size) && size > 0)),
      factories: [],
    }),
  ),
};

/** A layer's own options, complete; what tfjs adds when a network is loaded is left out. */
export function layerOptions<S extends Specification>(owner: string, specification: S, given: object): Resolved<S> {
  // JSON turns an absent option into null.
  const own = Object.entries(given).filter(([name, value]) => Object.hasOwn(specification, name) && value !== null);
  return resolveOptions(owner, specification, Object.fromEntries(own));
}

/** Options as a layer's configuration: those that stay away are not in it. */
export function configOf(options: object): tf.serialization.ConfigDict {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Refuses what a caller cannot mean: options that are misspelt or outside their bounds. */
export function checkedLayer<O>(owner: string, specification: Specification, options: O): O {
  resolveOptions(owner, { ...specification, ...LAYER }, options);
  return options;
}
