import { CheckpointError } from "../errors.js";
import { graphLayers, sequentialLayers } from "./check-graph.js";
import { checkLayer, type Described, isDescribed, layerKind } from "./classes.js";
import type { Tree, TreeObject } from "./tree.js";

/** How often layers may be applied while a network is put together: networks inside networks multiply. */
const MOST_APPLICATIONS = 100_000;

/**
 * Walks a network's description before anything of it is built: layers of known classes, graphs that can be put together, in a
 * bounded number of steps, and no layers that keep values from call to call.
 *
 * @returns The description, made fit for being built.
 * @throws CheckpointError for anything else.
 */
export function checkTopology(tree: Tree, where: string): Described {
  let applications = 0;

  /** How many layers applying all that is described in a value takes. */
  const cost = (value: Tree): number => {
    if (typeof value !== "object" || value === null) return 0;
    const kind = isDescribed(value) ? layerKind(value) : undefined;
    if (kind === "sequential" || kind === "graph") return networkCost(value as Described, kind);
    // Whatever is not false is true to a layer.
    if (!Array.isArray(value) && "stateful" in value && value.stateful) {
      throw new CheckpointError(
        `${where}: expected no stateful layers, which keep values of one batch for the next; save the network with \`stateful: false\`.`,
      );
    }
    for (const key of ["axis", "axes"]) if (key in value) checkAxes((value as TreeObject)[key]!, where);
    let inner = 0;
    for (const item of Object.values(value)) inner += cost(item as Tree);
    // A wrapper may apply what it wraps twice, and asks for its shapes once more.
    return kind === undefined ? inner : 1 + 3 * inner;
  };

  const networkCost = ({ config }: Described, kind: "sequential" | "graph"): number => {
    const layers = kind === "sequential" ? sequentialLayers(config, where) : graphLayers(config, where);
    let sum = 0;
    for (const { described, uses } of layers) sum += (1 + uses) * cost(described);
    applications += sum;
    if (!(applications <= MOST_APPLICATIONS)) {
      throw new CheckpointError(`${where}: networks inside each other apply more than ${MOST_APPLICATIONS} layers.`);
    }
    return sum;
  };

  checkLayer(tree, where);
  const kind = layerKind(tree);
  if (kind !== "sequential" && kind !== "graph") {
    throw new CheckpointError(`${where}: expected a network, received a layer alone.`);
  }
  cost(tree);
  return tree;
}

/** More axes than any tensor has. */
const MOST_AXES = 16;

/** Layers take an axis for a place in a list of sizes, which is filled up to it. */
function checkAxes(axes: Tree, where: string): void {
  for (const axis of [axes].flat() as readonly Tree[]) {
    if (typeof axis !== "number" || (Number.isInteger(axis) && Math.abs(axis) <= MOST_AXES)) continue;
    throw new CheckpointError(`${where}: expected an axis from ${-MOST_AXES} to ${MOST_AXES}, received ${axis}.`);
  }
}
