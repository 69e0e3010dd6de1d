import type * as tf from "@tensorflow/tfjs";
import { CheckpointError } from "./errors.js";

/**
 * A layer that uses the weights of a layer elsewhere, perhaps in another network. JSON cannot hold such a reference, so
 * the layer saves the other's name and is given the layer itself once all networks are built.
 */
export interface LinkedLayer {
  /** Name of the layer whose weights are used. */
  readonly linkedTo: string;
  /** Takes the layer of that name. */
  link(layer: tf.layers.Layer): void;
}

/**
 * Gives every {@link LinkedLayer} of the networks the layer it names; {@link loadNetworks} does this for the networks of
 * one file.
 *
 * @throws CheckpointError when no layer, or more than one, has the name.
 */
export function linkLayers(networks: readonly tf.LayersModel[]): void {
  for (const [layer, source] of findLinks("linkLayers", networks)) layer.link(source);
}

/**
 * The linked layers of networks with the layers they name.
 *
 * @throws CheckpointError when no layer, or more than one, has the name.
 */
export function findLinks(owner: string, networks: readonly tf.LayersModel[]): [LinkedLayer, tf.layers.Layer][] {
  const all = [...new Set(networks.flatMap(flatten))];
  return all.filter(isLinked).map((layer) => {
    const found = all.filter((candidate) => candidate.name === layer.linkedTo);
    if (found.length !== 1) {
      throw new CheckpointError(
        `${owner}: expected one layer named '${layer.linkedTo}', whose weights '${layer.name}' shares, received ${found.length}; save and load the networks together, under distinct names.`,
      );
    }
    return [layer, found[0]!];
  });
}

function isLinked(layer: tf.layers.Layer): layer is tf.layers.Layer & LinkedLayer {
  return "linkedTo" in layer && "link" in layer;
}

/** The layers of a network, those of networks inside it included. */
function flatten(network: tf.LayersModel): tf.layers.Layer[] {
  return network.layers.flatMap((layer) => ("layers" in layer ? flatten(layer as unknown as tf.LayersModel) : [layer]));
}
