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
  const all = new Set(networks.flatMap(flatten));
  for (const layer of all) {
    const linked = layer as unknown as Partial<LinkedLayer>;
    if (linked.link === undefined || linked.linkedTo === undefined) continue;
    const found = [...all].filter((candidate) => candidate.name === linked.linkedTo);
    if (found.length !== 1) {
      throw new CheckpointError(
        `linkLayers: expected one layer named '${linked.linkedTo}' for '${layer.name}' to share weights with, received ${found.length}; save and load the networks together.`,
      );
    }
    linked.link(found[0]!);
  }
}

/** The layers of a network, those of networks inside it included. */
function flatten(network: tf.LayersModel): tf.layers.Layer[] {
  return network.layers.flatMap((layer) => ("layers" in layer ? flatten(layer as unknown as tf.LayersModel) : [layer]));
}
