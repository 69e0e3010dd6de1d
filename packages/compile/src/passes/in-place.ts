import type { Graph, GraphInput, GraphNode, GraphOutput, Value } from "../graph/types.js";
import { ELEMENTWISE } from "./elementwise-ops.js";

type State = Extract<GraphOutput, { kind: "state" }>;

/** Operations whose results may be the memory of what they are given, or be left out by ONNX Runtime. */
const VIEWS: ReadonlySet<string> = new Set(["Reshape", "Transpose"]);

/**
 * The variables that a step may write over while it runs: whatever reads their old values is done before the new ones are
 * written, or reads them element by element as it writes. Optimisers move several times the memory that networks take;
 * one copy instead of two is half of that.
 */
export function writableInPlace(graph: Graph): ReadonlySet<GraphOutput> {
  const { readers, given } = readersOf(graph);
  const found = new Set<GraphOutput>();
  for (const { value, target } of graph.outputs) {
    const { node } = value;
    if (target.kind !== "state" || node === undefined || !ELEMENTWISE.has(node.op)) continue;
    const before = ancestorsOf(node);
    const old = graph.inputs.filter(({ input }) => overlaps(input, target));
    const isSafe = (input: Value, { node: reader, as }: Read) =>
      reader === node ? as === input && isWhole(input.input, target) : before.has(reader);
    if (old.every((input) => !given.has(input) && (readers.get(input) ?? []).every((read) => isSafe(input, read)))) {
      found.add(target);
    }
  }
  return found;
}

/** An operation that reads an input, as it is or as a view of it. */
interface Read {
  readonly node: GraphNode;
  readonly as: Value;
}

/** What reads each input, and which inputs are outputs too, to be copied at any time. */
function readersOf(graph: Graph) {
  const sources = new Map<Value, Value>();
  const sourceOf = (value: Value) => (value.input === undefined ? sources.get(value) : value);
  const readers = new Map<Value, Read[]>();
  for (const node of graph.nodes) {
    for (const as of node.inputs) {
      const source = as && sourceOf(as);
      if (source === undefined) continue;
      const reads = readers.get(source) ?? [];
      readers.set(source, reads);
      reads.push({ node, as: as! });
      if (VIEWS.has(node.op)) sources.set(node.outputs[0]!, source);
    }
  }
  return { readers, given: new Set(graph.outputs.map(({ value }) => sourceOf(value))) };
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
