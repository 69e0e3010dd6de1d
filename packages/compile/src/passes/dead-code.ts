import type { Graph, Value } from "../graph/types.js";

/** Drops operations whose results nothing uses, and the inputs that only they read. */
export function removeDeadCode(graph: Graph): Graph {
  const used = new Set<Value>(graph.outputs.map(({ value }) => value));
  const nodes = [...graph.nodes].reverse().filter((node) => {
    if (!node.outputs.some((output) => used.has(output))) return false;
    for (const input of node.inputs) if (input !== undefined) used.add(input);
    return true;
  });
  return { ...graph, nodes: nodes.reverse(), inputs: graph.inputs.filter((input) => used.has(input)) };
}
