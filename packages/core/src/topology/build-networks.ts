import type * as tf from "@tensorflow/tfjs";
import { CheckpointError, LatentKitError } from "../errors.js";
import { linkLayers } from "../linked-layers.js";
import { allVariables } from "../networks.js";
import { printable } from "../printable.js";
import type { HostTensor } from "../safetensors/format.js";
import { assignVariables, firstNames, namedWeights } from "../variables.js";
import { type Allowance, buildNetwork } from "./build-network.js";
import { checkTopology } from "./check-topology.js";
import type { NetworksDescription } from "./description.js";
import { freeze } from "./frozen.js";
import { sublayers } from "./sublayers.js";
import { readTree } from "./tree.js";

/** Values that weights may have beyond those of the file: of layers that do not list a small weight of theirs. */
const SPARE_VALUES = 65_536;

/**
 * Builds the networks that a file describes and gives them its weights.
 *
 * @throws CheckpointError when they cannot be built or the weights are not theirs; all that was made is freed.
 */
export function buildNetworks(
  { version, topology, frozen }: NetworksDescription,
  weights: ReadonlyMap<string, HostTensor>,
  source: string,
): Record<string, tf.LayersModel> {
  const allowance: Allowance = { values: SPARE_VALUES, made: new Map() };
  for (const { data } of weights.values()) allowance.values += data.length;
  // Without a prototype, so that a file cannot replace it through a network called `__proto__`.
  const networks: Record<string, tf.LayersModel> = Object.create(null);
  try {
    // All are checked before one is built.
    const checked = Object.entries(topology).map(([name, json]) => {
      const where = `${source}: the network '${printable(name)}'`;
      return { name, where, network: checkTopology(readTree(json, where, version === 1), where) };
    });
    for (const { name, where, network } of checked) {
      networks[name] = buildNetwork(network, where, allowance);
    }
    linkLayers(Object.values(networks));
    assignVariables(version === 1 ? firstNames(networks) : namedWeights(networks), weights, source);
    for (const [name, network] of Object.entries(networks)) {
      if (Object.hasOwn(frozen, name)) freeze(network, frozen[name]);
    }
    freeUnused(allowance, Object.values(networks));
    return { ...networks };
  } catch (error) {
    for (const variable of allowance.made.keys()) if (!variable.isDisposed) variable.dispose();
    if (error instanceof CheckpointError) throw error;
    const cause = error as Error;
    throw new CheckpointError(
      `${source}: ${cause instanceof LatentKitError ? cause.message : `the networks cannot be put together: ${printable(cause.message, 400)}`}`,
      { cause },
    );
  }
}

/** Frees the weights of layers that are described and built, but from which no output of a network is made. */
function freeUnused({ made }: Allowance, networks: readonly tf.LayersModel[]): void {
  const used = new Set(allVariables(networks));
  const layers = new Set<tf.layers.Layer>();
  const walk = (layer: tf.layers.Layer): void => {
    layers.add(layer);
    for (const inner of sublayers(layer)) if (!layers.has(inner)) walk(inner);
  };
  for (const network of networks) walk(network);
  for (const [variable, layer] of made) if (!used.has(variable) && !layers.has(layer)) variable.dispose();
}
