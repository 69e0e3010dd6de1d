import { sizeOf } from "@latentkit/core/authoring";
import { numbersOf } from "../graph/types.js";
import type { Rule } from "./rewrite.js";

/** Fewer rows than this are summed as fast by ReduceSum; more than this lose digits when summed one by one. */
const ROWS = { least: 32, most: 16_384 };

/**
 * A sum over all axes but the last as a product with a row of ones. ONNX Runtime sums columns two to five times slower
 * than it multiplies matrices.
 */
export const sumRowsByProduct: Rule = (node, g) => {
  const [x, axesList] = node.inputs;
  if (node.op !== "ReduceSum" || x!.type !== "float32") return undefined;
  const axes = numbersOf(axesList!);
  const last = x!.shape.length - 1;
  const columns = x!.shape[last]!;
  const rows = sizeOf(x!.shape) / columns;
  const leading = axes.length === last && axes.every((axis) => axis < last);
  if (!leading || columns < 4 || rows < ROWS.least || rows > ROWS.most) return undefined;
  const sums = g.matMul(g.fill(1, "float32", [1, rows]), g.reshape(x!, [rows, columns]));
  return g.reshape(sums, node.outputs[0]!.shape);
};
