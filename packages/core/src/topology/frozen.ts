import type * as tf from "@tensorflow/tfjs";
import { sublayers } from "./sublayers.js";
import { orderedWeights } from "./weight-order.js";

/**
 * What is frozen: layers by the names on the way to them, weights by number. Not all layers write it about themselves, and those
 * of a network that is frozen as a whole do not know it.
 */
export interface Frozen {
  readonly layers: readonly (readonly string[])[];
  readonly weights: readonly number[];
}

/** What is frozen in a network. */
export function frozenParts(network: tf.LayersModel): Frozen {
  const layers: string[][] = [];
  const walk = (layer: tf.layers.Layer, path: string[]): void => {
    if (!layer.trainable) layers.push(path);
    for (const inner of sublayers(layer)) walk(inner, [...path, inner.name]);
  };
  walk(network, []);
  const weights = orderedWeights(network).flatMap(({ weight, moved }, i) => (moved && !weight.trainable ? [i] : []));
  return { layers, weights };
}

/** Freezes what a file says is frozen; what it says of layers that are not there says nothing. */
export function freeze(network: tf.LayersModel, frozen: unknown): void {
  const { layers, weights } = (frozen ?? {}) as { layers?: unknown; weights?: unknown };
  for (const path of Array.isArray(layers) ? layers : []) {
    let found: tf.layers.Layer | undefined = network;
    for (const name of Array.isArray(path) ? path : [undefined]) {
      found = found === undefined ? found : sublayers(found).find((layer) => layer.name === name);
    }
    if (found !== undefined) found.trainable = false;
  }
  const ordered = orderedWeights(network);
  for (const number of Array.isArray(weights) ? weights : []) {
    const weight = ordered[number]?.weight;
    if (weight !== undefined) weight.trainable = false;
  }
}
