import type { Graph, Value } from "../graph/types.js";

/** Drops variables that keep their values, operations whose results nothing uses, and the inputs that only they read. */
export function removeDeadCode(graph: Graph): Graph {
  const outputs = graph.outputs.filter(({ value, target }) => !(target.kind === "state" && isVariable(value, target)));
  const used = new Set<Value>(outputs.map(({ value }) => value));
  const nodes = [...graph.nodes].reverse().filter((node) => {
    if (!node.outputs.some((output) => used.has(output))) return false;
    for (const input of node.inputs) if (input !== undefined) used.add(input);
    return true;
  });
  return { ...graph, outputs, nodes: nodes.reverse(), inputs: graph.inputs.filter((input) => used.has(input)) };
}

/** Whether a value is what these variables hold already. */
function isVariable({ input }: Value, { variables, flat }: { variables: readonly number[]; flat: boolean }): boolean {
  return input?.kind === "state" && input.flat === flat && input.variables.join() === variables.join();
}
