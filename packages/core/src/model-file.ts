import { files } from "@latentkit/core/files";
import * as tf from "@tensorflow/tfjs";
import { CheckpointError } from "./errors.js";
import { findLinks, linkLayers } from "./linked-layers.js";
import { disposeNetworks } from "./networks.js";
import type { HostTensor } from "./safetensors/format.js";
import { readSafetensors } from "./safetensors/read.js";
import { writeSafetensors } from "./safetensors/write.js";
import type { Json } from "./types/json.js";
import { assignVariables, namedWeights, readVariables } from "./variables.js";

/** Networks and what else a model needs to be built again. */
export interface LoadedNetworks {
  readonly networks: Readonly<Record<string, tf.LayersModel>>;
  /** What was given to {@link saveNetworks}. */
  readonly config: Json;
  /** Values of the variables beside the networks' weights. */
  readonly state: ReadonlyMap<string, HostTensor>;
}

const VERSION = 1;
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
  findLinks("saveNetworks", Object.values(networks)); // a file that could not be loaded is refused now
  const topology = Object.fromEntries(
    Object.entries(networks).map(([name, network]) => [name, network.toJSON(null, false)]),
  );
  return { latentkit: JSON.stringify({ version: VERSION, topology, config }) };
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

/** Networks from the bytes of {@link encodeNetworks}. */
export async function decodeNetworks(bytes: Uint8Array, source = "decodeNetworks"): Promise<LoadedNetworks> {
  const { tensors, metadata } = readSafetensors(bytes, source);
  if (metadata.latentkit === undefined) {
    throw new CheckpointError(`${source}: the file has weights but no networks; it was not written by saveNetworks.`);
  }
  const { version, topology, config } = parse(metadata.latentkit, source);
  if (version !== VERSION) {
    throw new CheckpointError(`${source}: expected version ${VERSION}, received ${String(version)}; update LatentKit.`);
  }
  // Without a prototype, so that a file cannot replace it through a network called `__proto__`.
  const networks: Record<string, tf.LayersModel> = Object.create(null);
  try {
    for (const [name, json] of Object.entries(topology)) networks[name] = await build(name, json, source);
    linkLayers(Object.values(networks));
    const weights = [...tensors].filter(([name]) => !name.startsWith(STATE) && !TRAINING.test(name));
    assignVariables(namedWeights(networks), new Map(weights), source);
  } catch (error) {
    disposeNetworks(Object.values(networks));
    throw error;
  }
  const state = [...tensors].filter(([name]) => name.startsWith(STATE));
  return {
    networks: { ...networks },
    config,
    state: new Map(state.map(([name, tensor]) => [name.slice(STATE.length), tensor])),
  };
}

function parse(text: string, source: string): { version: unknown; topology: Record<string, unknown>; config: Json } {
  try {
    const value = JSON.parse(text);
    if (typeof value?.topology === "object" && value.topology !== null) return value;
  } catch (cause) {
    throw new CheckpointError(`${source}: the description of the networks is not JSON.`, { cause });
  }
  throw new CheckpointError(`${source}: the description of the networks is incomplete.`);
}

async function build(name: string, json: unknown, source: string): Promise<tf.LayersModel> {
  try {
    return await tf.models.modelFromJSON({ modelTopology: json } as never);
  } catch (cause) {
    throw new CheckpointError(
      `${source}: could not build the network '${name}': ${(cause as Error).message} Import the package that its layers come from.`,
      { cause },
    );
  }
}
