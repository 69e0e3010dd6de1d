import type * as tf from "@tensorflow/tfjs";
import { isNetwork, sublayers } from "./sublayers.js";

/** A weight and whether training moves it when nothing is frozen: kernels are moved, moving averages are not. */
export interface OrderedWeight {
  readonly weight: tf.LayerVariable;
  readonly moved: boolean;
}

/**
 * The weights of a network in an order that does not depend on what is frozen: layer by layer, within a layer as they were made,
 * first those that training moves when nothing is frozen. `network.weights` has this order when nothing is, and puts frozen
 * weights behind the others.
 */
export function orderedWeights(network: tf.LayersModel): OrderedWeight[] {
  const kept = new Set<tf.LayerVariable>();
  const weights = leaves(network).flatMap((layer) => {
    for (const weight of keptWeights(layer)) kept.add(weight);
    return [...layer.weights].sort((a, b) => a.id - b.id);
  });
  const part = (moved: boolean): OrderedWeight[] =>
    weights.filter((weight) => kept.has(weight) !== moved).map((weight) => ({ weight, moved }));
  return [...part(true), ...part(false)];
}

function leaves(network: tf.LayersModel): tf.layers.Layer[] {
  return network.layers.flatMap((layer) => (isNetwork(layer) ? leaves(layer) : [layer]));
}

/** The weights that a layer made as not trainable; the getter `nonTrainableWeights` mixes in what is frozen. */
function keptWeights(layer: tf.layers.Layer): readonly tf.LayerVariable[] {
  const { _nonTrainableWeights: own } = layer as unknown as { _nonTrainableWeights?: readonly tf.LayerVariable[] };
  return [...(own ?? []), ...sublayers(layer).flatMap(keptWeights)];
}
