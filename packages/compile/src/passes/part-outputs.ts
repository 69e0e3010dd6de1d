import { sizeOf } from "@latentkit/core/authoring";
import { GraphBuilder } from "../graph/builder.js";
import type { Graph, GraphOutput, Value } from "../graph/types.js";

/**
 * Gives the variables of every flat vector one by one too. In the processor's memory they are views of the vector; on a
 * device each needs a buffer of its own.
 *
 * @param shapeOf - Shape of a variable by its index.
 */
export function addPartOutputs(graph: Graph, shapeOf: (variable: number) => readonly number[]): Graph {
  const g = new GraphBuilder(graph);
  for (const node of graph.nodes) g.keep(node);
  const outputs: { value: Value; target: GraphOutput }[] = [...graph.outputs];
  for (const { value, target } of graph.outputs) {
    if (target.kind !== "state" || !target.flat) continue;
    let start = 0;
    // Slices, since a device's kernel may write to a handful of buffers only, and Split would need one a variable.
    for (const variable of target.variables) {
      const shape = shapeOf(variable);
      const part = g.slice(value, [start], [start + sizeOf(shape)]);
      start += sizeOf(shape);
      outputs.push({ value: g.reshape(part, shape), target: { kind: "part", variable } });
    }
  }
  return g.finish(outputs);
}
