import type * as tf from "@tensorflow/tfjs";
import { CheckpointError } from "../errors.js";
import { printable } from "../printable.js";
import { parseJson } from "../safetensors/parse-json.js";
import type { Json } from "../types/json.js";
import { type Frozen, frozenParts } from "./frozen.js";

/** The version that is written. The first had names in snake_case, and weights in an order that depended on what was frozen. */
const VERSION = 2;

/** What a file says of its networks: not checked further than that. */
export interface NetworksDescription {
  readonly version: 1 | 2;
  readonly topology: Readonly<Record<string, unknown>>;
  /** What is frozen, by network. */
  readonly frozen: Readonly<Record<string, unknown>>;
  readonly config: Json;
}

/**
 * Networks without their weights, as text.
 *
 * @throws CheckpointError for a network that could not be loaded.
 */
export function describeNetworks(networks: Readonly<Record<string, tf.LayersModel>>, config: Json): string {
  const topology: [string, unknown][] = [];
  const frozen: [string, Frozen][] = [];
  for (const [name, network] of Object.entries(networks)) {
    topology.push([name, { className: network.getClassName(), config: network.getConfig() }]);
    const parts = frozenParts(network);
    if (parts.layers.length + parts.weights.length > 0) frozen.push([name, parts]);
  }
  const extra = frozen.length > 0 ? { frozen: Object.fromEntries(frozen) } : {};
  return JSON.stringify({ version: VERSION, topology: Object.fromEntries(topology), ...extra, config });
}

/**
 * What {@link describeNetworks} wrote.
 *
 * @throws CheckpointError for what is no such text, and for later versions.
 */
export function parseDescription(text: string, source: string): NetworksDescription {
  let found: unknown;
  try {
    found = parseJson(text);
  } catch (cause) {
    throw new CheckpointError(`${source}: the description of the networks is not JSON.`, { cause });
  }
  const { version, topology, frozen, config = null } = (found ?? {}) as Partial<NetworksDescription>;
  if (typeof topology !== "object" || topology === null) {
    throw new CheckpointError(`${source}: the description of the networks is incomplete.`);
  }
  if (version !== 1 && version !== VERSION) {
    const shown = printable(JSON.stringify(version)?.slice(0, 20) ?? "none");
    throw new CheckpointError(`${source}: expected version ${VERSION}, received ${shown}; update LatentKit.`);
  }
  return { version, topology, frozen: frozen ?? {}, config };
}
