import { ConfigError } from "@latentkit/core";
import { AddVector } from "@latentkit/layers/authoring";
import type * as tf from "@tensorflow/tfjs";
import { opsOf } from "./builders.js";
import { type GraphNode, graphOf } from "./graph.js";
import type { Op } from "./op.js";
import { addVectorOp } from "./simple-ops.js";
import { Value } from "./value.js";

/** A network as what is computed place by place. */
export interface Plan {
  /** Its input, which sampling fills. */
  readonly input: Value;
  /** What it says of the next place. */
  readonly output: Value;
  /** Ops before a row is begun, before a place is drawn, and after it, each behind those that it needs. */
  readonly rows: readonly Op[];
  readonly places: readonly Op[];
  readonly after: readonly Op[];
  /** Layers that give vectors, one a picture, and where they go. */
  readonly vectors: readonly VectorNode[];
}

/** A vector that follows from the conditions alone. */
export interface VectorNode {
  readonly node: GraphNode;
  /** `[channels, lanes]`, set before a run. */
  values: Float32Array;
}

/**
 * Plans how a network is computed place by place, and so finds out whether it looks ahead.
 *
 * @param values - Values of a place, such as its colours.
 * @returns Nothing for a network with layers that cannot be computed so.
 * @throws ConfigError when an output sees what it is to predict, or what comes later.
 */
export function planOf(network: tf.LayersModel, values: number): Plan | undefined {
  const graph = graphOf(network);
  const [entry] = graph.filter(({ layer }) => layer === network.inputs[0]!.sourceLayer);
  if (entry === undefined) throw new ConfigError("expected the output to follow from the network's first input.");
  const conditions = new Set<GraphNode>();
  for (const node of graph) {
    const isCondition = node !== entry && node.inputs.every((input) => conditions.has(input));
    if (isCondition) conditions.add(node);
  }
  // Colours become known one after the other where layers keep them apart.
  const colours = graph.some(({ layer }) => ((layer as { colours?: number }).colours ?? 1) > 1) ? values : 1;
  const made = new Map<GraphNode, Value>();
  const [ops, vectors]: [Op[], VectorNode[]] = [[], []];
  for (const node of graph.filter((one) => !conditions.has(one))) {
    const [first] = node.inputs;
    if (node === entry || (first === entry && node.layer.getClassName() === "Reshape")) {
      const placed = placesOf(node, values, colours);
      if (placed !== undefined) made.set(node, placed);
      continue;
    }
    const inputs = node.inputs.map((input) => made.get(input));
    // Steps of a sequence become places of a picture again.
    if (node === graph.at(-1) && node.layer.getClassName() === "Reshape" && inputs[0] !== undefined) {
      made.set(node, inputs[0]);
      continue;
    }
    // The vectors that are added to places follow from conditions, and have no places themselves.
    const told = node.layer instanceof AddVector;
    if ((told ? inputs.slice(0, 1) : inputs).includes(undefined)) return undefined;
    const steps = told ? [vectorOp(node, inputs[0]!, vectors)] : opsOf(node.layer, inputs as Value[], node.shape);
    if (steps === undefined) return undefined;
    ops.push(...steps.filter(({ output }) => output !== inputs[0]));
    made.set(node, steps.at(-1)!.output);
  }
  const output = made.get(graph.at(-1)!)!;
  const input = made.get(
    graph.find((node) => node.layer.getClassName() === "Reshape" && node.inputs[0] === entry) ?? entry,
  )!;
  if (output.known === "after" || (output.blocks !== 1 && output.blocks !== colours) || output.step !== 1) {
    throw new ConfigError("expected outputs that see what comes before a place alone; the place itself is seen.");
  }
  const of = (known: string): Op[] => ops.filter((op) => op.output.known === known);
  return { input, output, rows: of("row"), places: of("place"), after: of("after"), vectors };
}

/** The places of pictures `[height, width, channels]`. */
function placesOf({ shape }: GraphNode, values: number, colours: number): Value | undefined {
  if (shape.length !== 4) return undefined;
  const [, height, width, channels] = shape as [null, number, number, number];
  return new Value(channels, { height, width, step: 1 }, "after", channels === values ? colours : 1);
}

function vectorOp(node: GraphNode, x: Value, vectors: VectorNode[]): Op {
  const vector: VectorNode = { node: node.inputs[1]!, values: new Float32Array() };
  vectors.push(vector);
  return addVectorOp(x, () => vector.values);
}
