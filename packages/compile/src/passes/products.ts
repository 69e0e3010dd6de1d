import { sizeOf } from "@latentkit/core/authoring";
import { type GraphNode, scaled, type Value } from "../graph/types.js";
import type { Rule } from "./rewrite.js";

/** A bias behind a matrix product becomes a part of it, also when a reshape stands between. */
export const addBiasInProduct: Rule = (node, g) => {
  if (node.op !== "Add") return undefined;
  for (const [x, bias] of [
    [node.inputs[0]!, node.inputs[1]!],
    [node.inputs[1]!, node.inputs[0]!],
  ] as const) {
    const product = x.node?.op === "Reshape" ? x.node.inputs[0]! : x;
    if (product.node?.op !== "Gemm" || bias.shape.at(-1) !== product.shape[1]) continue;
    if (sizeOf(bias.shape) !== product.shape[1] || product.shape[1] !== node.outputs[0]!.shape.at(-1)) continue;
    const first = firstOfSum(product);
    if (first === undefined) continue;
    const sum = withBias(g, product, g.reshape(bias, [product.shape[1]!]));
    return g.reshape(sum, node.outputs[0]!.shape);
  }
  return undefined;
};

/** The first of a chain of products that are added up. */
function firstOfSum(product: Value): Value | undefined {
  const plus = product.node!.inputs[2];
  if (plus === undefined) return product;
  return plus.node?.op === "Gemm" ? firstOfSum(plus) : undefined;
}

function withBias(g: Parameters<Rule>[1], product: Value, bias: Value): Value {
  const { inputs, attributes } = product.node!;
  const plus = inputs[2] === undefined ? bias : withBias(g, inputs[2], bias);
  return g.node("Gemm", [inputs[0], inputs[1], plus], "float32", product.shape, attributes);
}

/** A transposed operand becomes a flag of the product. */
export const absorbTransposes: Rule = (node, g) => {
  if (node.op !== "Gemm") return undefined;
  const [a, b, plus] = node.inputs as [Value, Value, Value | undefined];
  const [turnA, turnB] = [a.node?.op === "Transpose", b.node?.op === "Transpose"];
  if (!turnA && !turnB) return undefined;
  const { transA, transB } = node.attributes as { transA: number; transB: number };
  const left = turnA ? a.node!.inputs[0]! : a;
  const right = turnB ? b.node!.inputs[0]! : b;
  const flags = { transA: turnA ? 1 - transA : transA, transB: turnB ? 1 - transB : transB };
  return g.node("Gemm", [left, right, plus], "float32", node.outputs[0]!.shape, { ...node.attributes, ...flags });
};

/** A number that an operand is multiplied with becomes the product's own, which costs nothing. */
export const absorbFactors: Rule = (node, g) => {
  if (node.op !== "Gemm") return undefined;
  const [a, b, plus] = node.inputs as [Value, Value, Value | undefined];
  const [left, right] = [scaled(a), scaled(b)];
  if (left === undefined && right === undefined) return undefined;
  const alpha = alphaOf(node) * (left?.factor ?? 1) * (right?.factor ?? 1);
  const attributes = { ...node.attributes, alpha: { float: alpha } };
  return g.node("Gemm", [left?.value ?? a, right?.value ?? b, plus], "float32", node.outputs[0]!.shape, attributes);
};

/** The number that a matrix product is multiplied with. */
export function alphaOf({ attributes }: Pick<GraphNode, "attributes">): number {
  return (attributes.alpha as { float: number } | undefined)?.float ?? 1;
}
