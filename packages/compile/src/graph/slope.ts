import type { GraphBuilder } from "./builder.js";
import type { Value } from "./types.js";

/** Times this, every normal positive number is at least 1. */
const STEEP = 3e38;

/**
 * The slope of a rectifier: 1 above zero and `alpha`, in [0, 1), elsewhere, as one or two vectorised operations on numbers;
 * comparisons, casts and choices by truth values take twice as long.
 */
export function slope(g: GraphBuilder, x: Value, alpha: number): Value {
  if (alpha === 0) return g.unary("HardSigmoid", x, { alpha: { float: STEEP }, beta: { float: 0 } });
  const steep = g.mul(x, STEEP);
  return g.node("Clip", [steep, g.fill(alpha, "float32"), g.fill(1, "float32")], "float32", x.shape);
}
