import type { Graph, Value } from "../graph/types.js";
import { rewrite } from "./rewrite.js";

/** Lets equal operations on equal inputs be computed once. */
export function shareCommonSubexpressions(graph: Graph): Graph {
  const known = new Map<string, Value>();
  const constants = new Map<string, number>();
  const keyOf = (value: Value | undefined): string => {
    if (value === undefined) return "-";
    if (value.constant === undefined || value.constant.length > 16) return `${value.id}`;
    // Small constants are compared by their elements: each recording of `2` is a constant of its own.
    const text = `${value.type}[${value.shape}]${value.constant.join()}`;
    if (!constants.has(text)) constants.set(text, constants.size);
    return `c${constants.get(text)}`;
  };
  return rewrite(graph, [
    (node) => {
      const key = `${node.op} ${node.inputs.map(keyOf).join(" ")} ${JSON.stringify(node.attributes)}`;
      const first = known.get(key);
      if (first === undefined) known.set(key, node.outputs[0]!);
      return first;
    },
  ]);
}
