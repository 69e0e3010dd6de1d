import { CheckpointError } from "../errors.js";
import { printable } from "../printable.js";
import { checkLayer, type Described, isObject, layerKind } from "./classes.js";
import type { Tree, TreeObject } from "./tree.js";

/** Layers of one graph and uses of layers in it: the engine compares each with each. */
const MOST_LAYERS = 4096;
const MOST_USES = 16_384;
/** Times that a name is asked for outside of the engine's search. */
const SPARE_ROUNDS = 20;

/** A layer of a network. */
export interface GraphLayer {
  readonly described: Described;
  /** How often it is applied. */
  readonly uses: number;
}

/** The layers of a `Sequential`. */
export function sequentialLayers(config: TreeObject | readonly Tree[], where: string): GraphLayer[] {
  const layers = Array.isArray(config) ? config : (config as TreeObject).layers;
  return listed(layers, where).map((described) => ({ described, uses: 1 }));
}

/**
 * The layers of a functional network, once it is sure that the network can be put together: the engine tries again and again
 * for as long as a layer waits for an output that never comes.
 *
 * @throws CheckpointError for names that are there twice, layers that are not there, and circles.
 */
export function graphLayers(config: TreeObject | readonly Tree[], where: string): GraphLayer[] {
  if (!isObject(config)) throw new CheckpointError(`${where}: expected a network's layers.`);
  const layers = listed(config.layers, where);
  /** How many outputs each layer has so far. */
  const outputs = new Map<string, number>();
  let waiting: Use[] = [];
  const uses = new Map<string, number>();
  for (const layer of layers) {
    const { name } = layer;
    if (typeof name !== "string" || outputs.has(name) || (layer.config.name ?? name) !== name) {
      throw new CheckpointError(`${where}: expected each layer to have one name of its own, received '${show(name)}'.`);
    }
    outputs.set(name, layerKind(layer) === "layer" ? 0 : 1);
    const own = usesOf(layer, name, where);
    uses.set(name, own.length);
    waiting.push(...own);
  }
  if (waiting.length > MOST_USES) throw new CheckpointError(`${where}: layers are used more than ${MOST_USES} times.`);
  while (waiting.length > 0) {
    const blocked = waiting.filter(({ name, inputs }) => {
      const ready = inputs.every((input) => input.index < (outputs.get(input.name) ?? 0));
      if (ready && inputs.length > 0) outputs.set(name, outputs.get(name)! + 1);
      return !ready;
    });
    if (blocked.length === waiting.length) {
      const { name, inputs } = blocked[0]!;
      const missing = inputs.find((input) => input.index >= (outputs.get(input.name) ?? 0))!;
      throw new CheckpointError(
        `${where}: the layer '${printable(name)}' takes output ${missing.index} of '${printable(missing.name)}', which ${outputs.has(missing.name) ? "never comes" : "is not there"}; layers must not feed each other in a circle.`,
      );
    }
    waiting = blocked;
  }
  const all = layers.map((described) => ({ described, uses: uses.get(described.name as string)! }));
  boundRounds(
    layers,
    [...uses.values()].reduce((sum, own) => sum + own, 0),
    where,
  );
  return all;
}

/**
 * Ends the engine's search for layers whose classes do not keep the names they are given: it asks for all names again in each
 * round, and each round of a search that has an end uses one layer at least.
 */
function boundRounds(layers: readonly Described[], rounds: number, where: string): void {
  for (const layer of layers) {
    const { name } = layer;
    let asked = 0;
    Object.defineProperty(layer, "name", {
      enumerable: true,
      get() {
        if (++asked <= rounds + SPARE_ROUNDS) return name;
        throw new CheckpointError(
          `${where}: a layer does not keep the name that the file gives it; pass what its constructor is given to super.`,
        );
      },
    });
  }
}

/** One use of a layer: which outputs of which layers it takes. */
interface Use {
  readonly name: string;
  readonly inputs: readonly { readonly name: string; readonly index: number }[];
}

function usesOf(layer: Described, name: string, where: string): Use[] {
  const refuse = (): never => {
    throw new CheckpointError(`${where}: the layer '${printable(name)}' does not say what it takes.`);
  };
  const { inboundNodes } = layer;
  if (!Array.isArray(inboundNodes)) return refuse();
  return (inboundNodes as readonly Tree[]).map((node) => {
    if (!Array.isArray(node)) return refuse();
    const inputs = (node as readonly Tree[]).map((input) => {
      const [from, index, output] = (Array.isArray(input) ? input : []) as readonly Tree[];
      return typeof from === "string" && isIndex(index) && isIndex(output) ? { name: from, index } : refuse();
    });
    return { name, inputs };
  });
}

function listed(layers: Tree | undefined, where: string): readonly Described[] {
  if (!Array.isArray(layers)) throw new CheckpointError(`${where}: expected a list of layers.`);
  if (layers.length > MOST_LAYERS) throw new CheckpointError(`${where}: more than ${MOST_LAYERS} layers.`);
  for (const layer of layers as readonly Tree[]) checkLayer(layer, where);
  return layers as readonly Described[];
}

function isIndex(value: Tree | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function show(name: Tree | undefined): string {
  return typeof name === "string" ? printable(name) : String(name).slice(0, 20);
}
