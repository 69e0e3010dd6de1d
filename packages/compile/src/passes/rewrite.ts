import { GraphBuilder } from "../graph/builder.js";
import type { Graph, GraphNode, Value } from "../graph/types.js";

/** A node with its inputs as the new graph has them. */
export interface RewriteNode extends GraphNode {
  readonly inputs: readonly (Value | undefined)[];
}

/** Gives what a node's only result is to be replaced with, or `undefined` to leave it. */
export type Rule = (node: RewriteNode, g: GraphBuilder) => Value | undefined;

/**
 * Rebuilds a graph node by node; the first rule that gives something else for a node wins.
 *
 * @param replaced - Values to take in the place of others.
 */
export function rewrite(graph: Graph, rules: readonly Rule[], replaced: Map<Value, Value> = new Map()): Graph {
  const g = new GraphBuilder(graph);
  const now = (value: Value): Value => replaced.get(value) ?? value;
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((value) => (value === undefined ? undefined : now(value)));
    const same = inputs.every((value, i) => value === node.inputs[i]);
    const current: RewriteNode = same ? node : { ...node, inputs };
    g.origin = node.origin;
    const found = node.outputs.length === 1 ? firstOf(rules, current, g) : undefined;
    if (found !== undefined) replaced.set(node.outputs[0]!, now(found));
    else if (same) g.keep(node);
    else {
      const outputs = g.nodes(node.op, inputs, node.outputs, node.attributes);
      node.outputs.forEach((output, i) => {
        replaced.set(output, outputs[i]!);
      });
    }
  }
  return g.finish(graph.outputs.map(({ value, target }) => ({ value: now(value), target })));
}

function firstOf(rules: readonly Rule[], node: RewriteNode, g: GraphBuilder): Value | undefined {
  for (const rule of rules) {
    const found = rule(node, g);
    if (found !== undefined) return found;
  }
  return undefined;
}
