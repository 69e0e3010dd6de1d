import type { Graph, GraphInput, GraphNode, GraphOutput, Value } from "../graph/types.js";
import { ELEMENTWISE } from "./elementwise-ops.js";

type State = Extract<GraphOutput, { kind: "state" }>;

/**
 * The variables that a step may write over while it runs: whatever reads their old values is done before the new ones are
 * written, or reads them element by element as it writes. Optimisers move several times the memory that networks take;
 * one copy instead of two is half of that.
 */
export function writableInPlace(graph: Graph): ReadonlySet<GraphOutput> {
  const readers = readersOf(graph);
  const found = new Set<GraphOutput>();
  for (const { value, target } of graph.outputs) {
    if (target.kind !== "state" || value.node === undefined || !ELEMENTWISE.has(value.node.op)) continue;
    const before = ancestorsOf(value.node);
    const old = graph.inputs.filter(({ input }) => overlaps(input, target));
    const safe = old.every((input) =>
      (readers.get(input) ?? []).every((node) =>
        node === value.node ? isWhole(input.input, target) : before.has(node),
      ),
    );
    if (safe) found.add(target);
  }
  return found;
}

function readersOf(graph: Graph): ReadonlyMap<Value, readonly GraphNode[]> {
  const readers = new Map<Value, GraphNode[]>();
  for (const node of graph.nodes) {
    for (const value of node.inputs) {
      if (value?.input === undefined) continue;
      readers.set(value, [...(readers.get(value) ?? []), node]);
    }
  }
  return readers;
}

/** What is computed before a node whatever the order. */
function ancestorsOf(node: GraphNode): ReadonlySet<GraphNode> {
  const found = new Set<GraphNode>();
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const value of next.inputs) {
      if (value?.node === undefined || found.has(value.node)) continue;
      found.add(value.node);
      open.push(value.node);
    }
  }
  return found;
}

function overlaps(input: GraphInput | undefined, { variables }: State): boolean {
  return input?.kind === "state" && input.variables.some((variable) => variables.includes(variable));
}

function isWhole(input: GraphInput | undefined, target: State): boolean {
  return input?.kind === "state" && input.flat === target.flat && input.variables.join() === target.variables.join();
}
