import type { GraphBuilder } from "./builder.js";
import type { Value } from "./types.js";

/** Times this, every normal positive number is at least 1. */
const STEEP = 3e38;

/**
 * The slope of a rectifier: 1 above zero and `alpha`, in [0, 1), elsewhere, as one or two vectorised operations on numbers;
 * comparisons, casts and choices by truth values take twice as long. Not a product, which would be joined with factors
 * of `x` to one that overflows.
 */
export function slope(g: GraphBuilder, x: Value, alpha: number): Value {
  const steep = g.unary("HardSigmoid", x, { alpha: { float: STEEP }, beta: { float: 0 } });
  if (alpha === 0) return steep;
  return g.node("Clip", [steep, g.fill(alpha, "float32"), g.fill(1, "float32")], "float32", x.shape);
}
