import { slope } from "../graph/slope.js";
import { splatOf, type Value } from "../graph/types.js";
import type { Rule } from "./rewrite.js";

/** `where(x > 0, y, y · alpha)`, the gradient of a leaky ReLU, is `y` times the slope. */
export const slopesAsProducts: Rule = (node, g) => {
  if (node.op !== "Where" || node.outputs[0]!.type !== "float32") return undefined;
  const [condition, above, below] = node.inputs as [Value, Value, Value];
  if (condition.node?.op !== "Greater" || splatOf(condition.node.inputs[1]) !== 0) return undefined;
  if (below.node?.op !== "Mul" || below.node.inputs[0] !== above) return undefined;
  const alpha = splatOf(below.node.inputs[1]);
  if (alpha === undefined || !(alpha >= 0 && alpha < 1)) return undefined;
  return g.mul(above, slope(g, condition.node.inputs[0]!, alpha));
};
