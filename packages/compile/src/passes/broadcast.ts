import { sizeOf } from "@latentkit/core/authoring";
import { broadcastShape, numbersOf, sameShape, splatOf, type Value } from "../graph/types.js";
import { ELEMENTWISE } from "./elementwise-ops.js";
import type { Rule } from "./rewrite.js";

/**
 * Lets elementwise operations broadcast by themselves: inputs that were blown up to the result's shape are used small,
 * and when all of them were, the operation is done small and the result blown up. Gradients of means and sums are full of
 * such tensors.
 */
export const sinkBroadcasts: Rule = (node, g) => {
  if (!ELEMENTWISE.has(node.op)) return undefined;
  const output = node.outputs[0]!;
  const small = node.inputs.map((value) => shrink(value!, g));
  if (small.every((value, i) => value === node.inputs[i])) return undefined;
  const shape = broadcastShape(...small.map((value) => value.shape));
  const result = g.node(node.op, small, output.type, shape, node.attributes);
  return sameShape(shape, output.shape) ? result : g.expand(result, output.shape);
};

function shrink(value: Value, g: Parameters<Rule>[1]): Value {
  if (value.node?.op === "Expand") return value.node.inputs[0]!;
  const splat = splatOf(value);
  return splat !== undefined && value.shape.length > 0 ? g.fill(splat, value.type) : value;
}

/** Lets a reshape of one element that was blown up be done before: `Reshape(Expand(x))` → `Expand(x)`. */
export const sinkReshapedBroadcast: Rule = (node, g) => {
  const [x] = node.inputs;
  if (node.op !== "Reshape" || x?.node?.op !== "Expand") return undefined;
  const source = x.node.inputs[0]!;
  const output = node.outputs[0]!;
  return sizeOf(source.shape) === 1 ? g.expand(g.reshape(source, []), output.shape) : undefined;
};

/** A sum of one element that was blown up, or of a constant's equal elements, is a product with their number. */
export const sumBroadcasts: Rule = (node, g) => {
  const [x, axes] = node.inputs;
  if (node.op !== "ReduceSum") return undefined;
  const source = shrink(x!, g);
  if (source === x || sizeOf(source.shape) !== 1) return undefined;
  const count = numbersOf(axes!).reduce((product, axis) => product * x!.shape[axis]!, 1);
  return g.expand(g.mul(g.reshape(source, []), count), node.outputs[0]!.shape);
};

/**
 * Leaves out leading axes of one element, `[1, 1, 1, c]` → `[c]`, where another operand has these axes. What is computed
 * from a mean that kept its axes and from one that did not is then seen to be the same.
 */
export const trimOperands: Rule = (node, g) => {
  if (!ELEMENTWISE.has(node.op) || node.inputs.length !== 2) return undefined;
  const output = node.outputs[0]!;
  const inputs = node.inputs as readonly Value[];
  const trimmed = inputs.map((value, i) => {
    const axes = value.shape.findIndex((size) => size !== 1);
    const full = sameShape(inputs[1 - i]!.shape, output.shape);
    return full && axes > 0 && !sameShape(value.shape, output.shape)
      ? g.reshape(value, value.shape.slice(axes))
      : value;
  });
  if (trimmed.every((value, i) => value === inputs[i])) return undefined;
  return g.node(node.op, trimmed, output.type, output.shape, node.attributes);
};
