import type { GraphBuilder } from "../graph/builder.js";
import { type Graph, splatOf, type Value } from "../graph/types.js";
import { alphaOf } from "./products.js";
import { type Rule, rewrite } from "./rewrite.js";

/** Keeps one element of constants whose elements are all equal, such as the ones that gradients begin with. */
export function keepOneElement(graph: Graph): Graph {
  const kept = new Map<Value, Value>();
  for (const value of graph.nodes.flatMap(({ inputs }) => inputs)) {
    if (value === undefined || value.type === "int64" || (value.constant?.length ?? 0) < 2) continue;
    const constant = value.constant as Float32Array;
    if (constant.every((element) => Object.is(element, constant[0]))) {
      kept.set(value, { ...value, constant: constant.slice(0, 1) });
    }
  }
  return rewrite(graph, [], kept);
}

/** The constant of a sum or product comes last, where the other rules look for it. */
export const constantsLast: Rule = (node, g) => {
  const [a, b] = node.inputs as readonly Value[];
  if ((node.op !== "Add" && node.op !== "Mul") || a!.constant === undefined || b!.constant !== undefined)
    return undefined;
  return g.node(node.op, [b, a], node.outputs[0]!.type, node.outputs[0]!.shape, node.attributes);
};

/**
 * Products with nothing but zeros are zeros, and so are their quotients. Second derivatives are full of them; they are taken
 * as 0 also where the other operand has run off to infinity.
 */
export const dropZeroProducts: Rule = (node, g) => {
  const output = node.outputs[0]!;
  if (!["Mul", "Div", "MatMul", "Gemm"].includes(node.op) || output.type !== "float32") return undefined;
  const [a, b, plus] = node.inputs;
  if (splatOf(a) !== 0 && (splatOf(b) !== 0 || node.op === "Div")) return undefined;
  return plus === undefined ? g.fill(0, "float32", output.shape) : g.expand(plus, output.shape);
};

/** A matrix product whose left rows are all equal has equal rows: one is computed. */
export const repeatRows: Rule = (node, g) => {
  const [a, b, plus] = node.inputs as readonly [Value, Value, Value | undefined];
  const element = splatOf(a);
  const { shape } = node.outputs[0]!;
  if (node.op !== "Gemm" || element === undefined || plus !== undefined || shape[0]! < 2) return undefined;
  return g.expand(g.mul(sumRows(b, node.attributes.transB === 1, g), element * alphaOf(node)), shape);
};

/** The sum of a matrix's rows, or of its columns when it is `transposed`, as one row. */
function sumRows(b: Value, transposed: boolean, g: GraphBuilder): Value {
  const [along, columns] = transposed ? [1, b.shape[0]!] : [0, b.shape[1]!];
  const sum = b.shape[along] === 1 ? b : g.reduce("ReduceSum", b, [along]);
  return g.reshape(sum, [1, columns]);
}
