import { UnsupportedError } from "@latentkit/core";
import { GraphBuilder } from "../graph/builder.js";
import { type Graph, type GraphNode, sameShape, type Value } from "../graph/types.js";
import { rewrite } from "../passes/rewrite.js";

/** A batch size and the graph that was recorded with it. */
export interface RecordedBatch {
  readonly size: number;
  readonly graph: Graph;
}

/**
 * Makes a graph work for any batch size, given the same graph recorded with another one: where the two differ, and only
 * there, the batch size has gone into a shape. Such a list is computed from the shape of the first input: entries are taken to
 * grow evenly with the batch.
 *
 * @throws UnsupportedError when it has gone into something that cannot follow the batch.
 */
export function forAnyBatch(
  { size, graph }: RecordedBatch,
  other: RecordedBatch,
): { readonly graph: Graph; readonly anyBatch: ReadonlySet<Value> } {
  const g = new GraphBuilder(graph);
  const lists = growing(g, graph, size, other.size);
  const replaced = new Map<Value, Value>();
  graph.nodes.forEach((node, i) => {
    const twin = other.graph.nodes[i];
    if (twin === undefined || twin.op !== node.op) refuse(node);
    g.origin = node.origin;
    node.inputs.forEach((value, k) => {
      const found = open(node, value, twin!.inputs[k], lists);
      // A list that another kind of node has too is computed for both.
      if (found !== undefined && !(node.op === "Reshape" && replaced.has(value!))) replaced.set(value!, found);
    });
  });
  // What is computed from the first input's shape comes before everything.
  for (const node of graph.nodes) g.keep(node);
  const opened = rewrite(g.finish(graph.outputs), [], replaced);
  const differs = (value: Value, twin: Value | undefined) => twin !== undefined && !sameShape(value.shape, twin.shape);
  const anyBatch = new Set([
    ...opened.inputs.filter((value, i) => differs(value, other.graph.inputs[i])),
    ...opened.outputs.flatMap(({ value }, i) => (differs(value, other.graph.outputs[i]?.value) ? [value] : [])),
  ]);
  return { graph: opened, anyBatch };
}

interface Lists {
  /** A list that is these numbers with one batch and those with the other. */
  list(now: readonly number[], then: readonly number[], node: GraphNode): Value;
  /** One element everywhere, in the shape that a list gives. */
  fill(element: Value, shape: Value): Value;
}

function growing(g: GraphBuilder, { inputs }: Graph, size: number, other: number): Lists {
  let batch: Value | undefined;
  return {
    list(now, then, node) {
      const growth = now.map((entry, i) => (then[i]! - entry) / (other - size));
      if (!growth.every(Number.isInteger)) refuse(node);
      batch ??= g.node("Shape", [inputs[0]!], "int64", [1], { start: 0, end: 1 });
      const grown = g.node("Mul", [batch, g.list(growth)], "int64", [now.length]);
      const rest = now.map((entry, i) => entry - growth[i]! * size);
      return rest.every((entry) => entry === 0) ? grown : g.node("Add", [grown, g.list(rest)], "int64", [now.length]);
    },
    fill: (element, shape) => g.node("Expand", [element, shape], element.type, element.shape),
  };
}

/** What takes the place of a constant that depends on the batch size, or nothing when it does not. */
function open(node: GraphNode, value: Value | undefined, twin: Value | undefined, lists: Lists): Value | undefined {
  const [a, b] = [value?.constant, twin?.constant];
  if (value === undefined || twin === undefined || a === undefined || b === undefined) return undefined;
  if (value.type !== "int64") {
    if (sameShape(value.shape, twin.shape)) return undefined;
    // Other tensors of the batch's size, such as a number for each example, are made for one size alone.
    if (a.length !== 1 || b.length !== 1 || a[0] !== b[0] || value.shape.length !== twin.shape.length) refuse(node);
    return lists.fill({ ...value, shape: [] }, lists.list(value.shape, twin.shape, node));
  }
  const [now, then] = [Array.from(a, Number), Array.from(b, Number)];
  if (now.length !== then.length) refuse(node);
  const different = now.filter((entry, i) => entry !== then[i]).length;
  if (different === 0) return undefined;
  if (node.op !== "Reshape" || different > 1) return lists.list(now, then, node);
  return { ...value, constant: BigInt64Array.from(now.map((entry, i) => BigInt(entry === then[i] ? entry : -1))) };
}

function refuse(node: GraphNode): never {
  throw new UnsupportedError(
    `exportOnnx: ${node.origin} depends on the batch size; give \`batchSize\` to export for one size alone.`,
  );
}
