import type { GraphBuilder } from "../graph/builder.js";
import { broadcastShape, type Value } from "../graph/types.js";
import { activate } from "./elementwise.js";
import type { Lowerings } from "./types.js";

/** A product of stacks of matrices; a stack of one, and a stack times one matrix, are single products. */
function product(g: GraphBuilder, a: Value, b: Value, transA: boolean, transB: boolean): Value {
  const [stackA, stackB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batch = broadcastShape(stackA, stackB);
  if (batch.every((size) => size === 1)) {
    const [left, right] = [g.reshape(a, a.shape.slice(-2)), g.reshape(b, b.shape.slice(-2))];
    const flat = g.matMul(left, right, transA, transB);
    return g.reshape(flat, [...batch, ...flat.shape]);
  }
  if (!transA && stackB.every((size) => size === 1)) {
    const rows = batch.reduce((count, size) => count * size, a.shape.at(-2)!);
    const flat = g.matMul(g.reshape(a, [rows, a.shape.at(-1)!]), g.reshape(b, b.shape.slice(-2)), false, transB);
    return g.reshape(flat, [...batch, a.shape.at(-2)!, flat.shape[1]!]);
  }
  return g.matMul(a, b, transA, transB);
}

/** Matrix products. */
export const matrix: Lowerings = {
  BatchMatMul: ({ a, b }, { transposeA, transposeB }, g) =>
    product(g, a!, b!, transposeA === true, transposeB === true),
  _FusedMatMul: ({ a, b, bias, preluActivationWeights }, attributes, g) => {
    const { transposeA, transposeB, activation = "linear", leakyreluAlpha } = attributes;
    const raw = product(g, a!, b!, transposeA === true, transposeB === true);
    const sum = bias === undefined ? raw : g.add(raw, bias);
    return activate(g, sum, activation as string, preluActivationWeights, leakyreluAlpha as number | undefined);
  },
  Einsum: (inputs, { equation }, g) => {
    const operands = Object.values(inputs);
    const [from = "", to = ""] = (equation as string).replaceAll(" ", "").split("->");
    const sizes = new Map<string, number>();
    from.split(",").forEach((letters, i) => {
      [...letters].forEach((letter, k) => {
        sizes.set(letter, operands[i]!.shape[k]!);
      });
    });
    const shape = [...to].map((letter) => sizes.get(letter)!);
    return g.node("Einsum", operands, "float32", shape, { equation: equation as string });
  },
};
