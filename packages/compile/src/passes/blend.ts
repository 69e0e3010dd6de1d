import { sameShape, scaled, type Value } from "../graph/types.js";
import type { Rule } from "./rewrite.js";

/**
 * `a + (b − a) · c`, the running mean of every optimiser, as `a · (1 − c) + b · c`: products with a number read and write
 * less memory than a difference of two vectors does. With c = 1 it is `b`.
 */
export const blendByProducts: Rule = (node, g) => {
  const output = node.outputs[0]!;
  if (node.op !== "Add" || output.type !== "float32") return undefined;
  for (const [a, change] of [node.inputs, [...node.inputs].reverse()] as (readonly [Value, Value])[]) {
    const { value: difference, factor } = scaled(change) ?? { value: change, factor: 1 };
    if (difference.node?.op !== "Sub" || difference.node.inputs[1] !== a) continue;
    const b = difference.node.inputs[0]!;
    if (!sameShape(a.shape, output.shape)) continue;
    return factor === 1 ? g.expand(b, output.shape) : g.add(g.mul(a, 1 - factor), g.mul(b, factor));
  }
  return undefined;
};
