import { UnsupportedError } from "@latentkit/core";
import { type Graph, type GraphNode, sameShape, type Value } from "../graph/types.js";
import { rewrite } from "../passes/rewrite.js";

/**
 * Makes a graph work for any batch size, given the same graph recorded with another one: where the two differ, and only
 * there, the batch size has gone into a shape.
 *
 * @throws UnsupportedError when it has gone into something that cannot follow the batch.
 */
export function forAnyBatch(
  graph: Graph,
  other: Graph,
): { readonly graph: Graph; readonly anyBatch: ReadonlySet<Value> } {
  const replaced = new Map<Value, Value>();
  graph.nodes.forEach((node, i) => {
    const twin = other.nodes[i];
    if (twin === undefined || twin.op !== node.op) refuse(node);
    node.inputs.forEach((value, k) => {
      const list = openList(node, value, twin!.inputs[k]);
      if (list !== undefined) replaced.set(value!, { ...value!, constant: list });
    });
  });
  const open = rewrite(graph, [], replaced);
  const differs = (value: Value, twin: Value | undefined) => twin !== undefined && !sameShape(value.shape, twin.shape);
  const anyBatch = new Set([
    ...open.inputs.filter((value, i) => differs(value, other.inputs[i])),
    ...open.outputs.flatMap(({ value }, i) => (differs(value, other.outputs[i]?.value) ? [value] : [])),
  ]);
  return { graph: open, anyBatch };
}

/** The list of a reshape with the size that follows from the others left open, or nothing when nothing has to change. */
function openList(node: GraphNode, value: Value | undefined, twin: Value | undefined): BigInt64Array | undefined {
  const [a, b] = [value?.constant, twin?.constant];
  if (value === undefined || twin === undefined || a === undefined || b === undefined) return undefined;
  if (value.type !== "int64") return sameShape(value.shape, twin.shape) ? undefined : refuse(node);
  const list = BigInt64Array.from(a as BigInt64Array);
  const different = [...list.keys()].filter((i) => list[i] !== (b as BigInt64Array)[i]);
  if (different.length === 0) return undefined;
  if (node.op !== "Reshape" || different.length > 1) return refuse(node);
  list[different[0]!] = -1n;
  return list;
}

function refuse(node: GraphNode): never {
  throw new UnsupportedError(
    `exportOnnx: ${node.origin} depends on the batch size; give \`batchSize\` to export for one size alone.`,
  );
}
