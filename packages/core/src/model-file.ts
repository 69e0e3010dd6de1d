import { files } from "@latentkit/core/files";
import * as tf from "@tensorflow/tfjs";
import { check } from "./check.js";
import { CheckpointError } from "./errors.js";
import { findLinks } from "./linked-layers.js";
import { checkFinite } from "./safetensors/check-finite.js";
import type { HostTensor } from "./safetensors/format.js";
import { readSafetensors } from "./safetensors/read.js";
import { writeSafetensors } from "./safetensors/write.js";
import { buildNetworks } from "./topology/build-networks.js";
import { describeNetworks, type NetworksDescription, parseDescription } from "./topology/description.js";
import type { Json } from "./types/json.js";
import { namedWeights, readVariables } from "./variables.js";

/** Networks and what else a model needs to be built again. */
export interface LoadedNetworks {
  readonly networks: Readonly<Record<string, tf.LayersModel>>;
  /** What was given to {@link saveNetworks}. */
  readonly config: Json;
  /** Values of the variables beside the networks' weights. */
  readonly state: ReadonlyMap<string, HostTensor>;
}

/** What begins the names of tensors that are no network's weights. */
const STATE = "state.";
/** What a checkpoint holds beside a model: the optimisers' memory, and averages of the weights. */
const TRAINING = /^(optimizer|averages)\./;

/**
 * Writes networks, topology and weights, into one safetensors file. Nothing in it is executed when it is loaded.
 *
 * @param path - File to write; in a browser use {@link encodeNetworks} and offer the bytes as a download.
 * @param config - What else the model needs to be built again: its options as JSON.
 */
export async function saveNetworks(
  networks: Readonly<Record<string, tf.LayersModel>>,
  path: string,
  config: Json = null,
): Promise<void> {
  await files.writeBytes(path, await encodeNetworks(networks, config));
}

/** The bytes that {@link saveNetworks} writes. */
export async function encodeNetworks(
  networks: Readonly<Record<string, tf.LayersModel>>,
  config: Json = null,
  state: Readonly<Record<string, tf.Variable>> = {},
): Promise<Uint8Array> {
  const header = networksHeader(networks, config);
  const named = new Map(Object.entries(state).map(([name, variable]) => [`${STATE}${name}`, variable]));
  const weights = await readVariables(new Map([...namedWeights(networks), ...named]));
  return writeSafetensors(weights, header);
}

/**
 * What a file of weights says of its networks, as metadata of a safetensors file: any file with it and the weights under the names
 * of {@link namedWeights} is one that {@link decodeNetworks} takes, such as the tensors of a checkpoint.
 */
export function networksHeader(
  networks: Readonly<Record<string, tf.LayersModel>>,
  config: Json = null,
): Readonly<Record<string, string>> {
  const all = typeof networks === "object" && networks !== null ? Object.values(networks) : [];
  const isNamed = all.length > 0 && all.every((network) => network instanceof tf.LayersModel);
  check("saveNetworks").that(
    "networks",
    networks,
    isNamed,
    "an object of networks by name, such as { encoder, decoder }",
  );
  findLinks("saveNetworks", Object.values(networks)); // a file that could not be loaded is refused now
  return { latentkit: describeNetworks(networks, config) };
}

/**
 * Loads what {@link saveNetworks} wrote. Layers of the library must have been imported before.
 *
 * @param pathOrUrl - A path in Node.js; an address anywhere.
 * @throws CheckpointError when the file is damaged or holds no networks.
 */
export async function loadNetworks(pathOrUrl: string): Promise<LoadedNetworks> {
  return decodeNetworks(await files.readBytes(pathOrUrl), pathOrUrl);
}

/**
 * Networks from the bytes of {@link encodeNetworks}.
 *
 * Nothing is built before it is known that it can be: layers are of classes that are registered with `tf.serialization`, graphs
 * can be put together, and weights have no more values than the file. Wrong files cost no more than right ones.
 *
 * @throws CheckpointError as {@link loadNetworks} does; nothing is left of what was built.
 */
export async function decodeNetworks(bytes: Uint8Array, source = "decodeNetworks"): Promise<LoadedNetworks> {
  const { tensors, metadata } = readSafetensors(bytes, source);
  if (metadata.latentkit === undefined) {
    throw new CheckpointError(`${source}: the file has weights but no networks; it was not written by saveNetworks.`);
  }
  const description = parseDescription(metadata.latentkit, source);
  const [weights, state] = [new Map<string, HostTensor>(), new Map<string, HostTensor>()];
  for (const [name, tensor] of tensors) {
    // A network may be called `state` or `optimizer` too.
    const ofNetwork = belongs(name, description.topology);
    if (!ofNetwork && name.startsWith(STATE)) state.set(name.slice(STATE.length), tensor);
    else if (ofNetwork || !TRAINING.test(name)) weights.set(name, tensor);
  }
  checkFinite(weights, source);
  return { networks: buildNetworks(description, weights, source), config: description.config, state };
}

/** Whether a tensor's name begins with a network's: `prior.pseudoInputs.0.kernel`. */
function belongs(tensor: string, topology: NetworksDescription["topology"]): boolean {
  for (let end = tensor.indexOf("."); end > 0; end = tensor.indexOf(".", end + 1)) {
    if (Object.hasOwn(topology, tensor.slice(0, end))) return true;
  }
  return false;
}
