import { sizeOf } from "@latentkit/core/authoring";
import { dataOf } from "../graph/builder.js";
import { sameShape, splatOf, type Value } from "../graph/types.js";
import type { Rule } from "./rewrite.js";

const UNARY: Readonly<Record<string, (x: number) => number>> = {
  Neg: (x) => -x,
  Abs: Math.abs,
  Exp: Math.exp,
  Log: Math.log,
  Sqrt: Math.sqrt,
  Reciprocal: (x) => 1 / x,
  Relu: (x) => Math.max(0, x),
  Sign: Math.sign,
};

const BINARY: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Max: Math.max,
  Min: Math.min,
};

/** Operations on tensors of equal elements, whose results are of that kind too. */
export const foldConstants: Rule = (node, g) => {
  const output = node.outputs[0]!;
  if (output.type !== "float32" && output.type !== "int32") return undefined;
  const [a, b] = node.inputs.map((value) => splatOf(value));
  if (a === undefined) return undefined;
  const unary = UNARY[node.op];
  if (unary !== undefined) return g.fill(unary(a), output.type, output.shape);
  const binary = BINARY[node.op];
  if (binary !== undefined && b !== undefined && output.type === "float32") {
    return g.fill(binary(a, b), output.type, output.shape);
  }
  if (["Reshape", "Transpose", "Expand", "Cast", "Slice"].includes(node.op))
    return g.fill(a, output.type, output.shape);
  return undefined;
};

/** Moves of a written-out constant, such as a resize matrix. */
export const foldMoves: Rule = (node, g) => {
  const [x] = node.inputs;
  const output = node.outputs[0]!;
  if (x?.constant === undefined || splatOf(x) !== undefined) return undefined;
  if (node.op === "Reshape") return g.constant(x.constant, x.type, output.shape);
  if (node.op === "Transpose" && x.type === "float32")
    return transposed(g, x, node.attributes.perm as readonly number[]);
  return undefined;
};

function transposed(g: Parameters<Rule>[1], x: Value, perm: readonly number[]): Value {
  const shape = perm.map((axis) => x.shape[axis]!);
  const strides = x.shape.map((_, i) => sizeOf(x.shape.slice(i + 1)));
  const data = x.constant as Float32Array;
  const out = data.map((_, index) => {
    let rest = index;
    let from = 0;
    for (let i = shape.length - 1; i >= 0; i--) {
      from += (rest % shape[i]!) * strides[perm[i]!]!;
      rest = Math.floor(rest / shape[i]!);
    }
    return data[from]!;
  });
  return g.constant(dataOf("float32", out), "float32", shape);
}

/** Operations that change nothing, and pairs that undo each other. */
export const dropIdentities: Rule = (node, g) => {
  const [x, y] = node.inputs;
  const output = node.outputs[0]!;
  const keeps = (value: Value | undefined): value is Value =>
    value !== undefined && sameShape(value.shape, output.shape);
  const [a, b] = [splatOf(x), splatOf(y)];
  switch (node.op) {
    case "Mul":
      if (b === 1 && keeps(x)) return x;
      if (a === 1 && keeps(y)) return y;
      if (b === -1 && keeps(x)) return g.unary("Neg", x);
      break;
    case "Div":
      if (b === 1 && keeps(x)) return x;
      // A product is several times faster than a quotient.
      if (b !== undefined && b !== 0 && x!.type === "float32") return g.mul(x!, g.fill(1 / b, "float32", y!.shape));
      break;
    case "Add":
      if (b === 0 && keeps(x)) return x;
      if (a === 0 && keeps(y)) return y;
      if (y!.node?.op === "Neg") return g.sub(x!, y!.node.inputs[0]!);
      if (x!.node?.op === "Neg") return g.sub(y!, x!.node.inputs[0]!);
      break;
    case "Sub":
      if (b === 0 && keeps(x)) return x;
      if (y!.node?.op === "Neg") return g.add(x!, y!.node.inputs[0]!);
      break;
    case "Neg":
      if (x!.node?.op === "Neg") return x!.node.inputs[0];
      break;
    case "Reshape":
      if (keeps(x)) return x;
      if (x!.node?.op === "Reshape") return g.reshape(x!.node.inputs[0]!, output.shape);
      break;
    case "Expand":
      if (keeps(x)) return x;
      if (x!.node?.op === "Expand") return g.expand(x!.node.inputs[0]!, output.shape);
      break;
  }
  return undefined;
};
