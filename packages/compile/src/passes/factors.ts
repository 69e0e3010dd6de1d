import { sizeOf } from "@latentkit/core/authoring";
import type { GraphBuilder } from "../graph/builder.js";
import { broadcastShape, numbersOf, sameShape, scaled, type Value } from "../graph/types.js";
import type { Rule } from "./rewrite.js";

/** How much smaller than the result a factor must be for its products with others to cost nothing beside it. */
const SMALL = 8;

/**
 * Two small factors in a row are multiplied with each other first: `(x · a) · b` → `x · (a · b)`. Gradients of means and
 * of batch normalisation are chains of such factors, one a channel or one for all.
 */
export const joinFactors: Rule = (node, g) => {
  const output = node.outputs[0]!;
  if (node.op !== "Mul" || output.type !== "float32") return undefined;
  const outer = split(node.inputs as readonly Value[], output);
  const inner = outer?.big.node?.op === "Mul" ? split(outer.big.node.inputs as readonly Value[], output) : undefined;
  if (outer === undefined || inner === undefined || !sameShape(inner.big.shape, output.shape)) return undefined;
  const factor = g.mul(inner.small, outer.small);
  return sizeOf(factor.shape) * SMALL <= sizeOf(output.shape) || sizeOf(factor.shape) === 1
    ? g.mul(inner.big, factor)
    : undefined;
};

/** The small factor of a product and the other one. */
function split([a, b]: readonly Value[], output: Value): { readonly small: Value; readonly big: Value } | undefined {
  const isSmall = (value: Value) => sizeOf(value.shape) === 1 || sizeOf(value.shape) * SMALL <= sizeOf(output.shape);
  if (isSmall(b!)) return { small: b!, big: a! };
  return isSmall(a!) ? { small: a!, big: b! } : undefined;
}

/**
 * Takes factors that are equal along the summed axes out of a sum: `Σ x · y · a` → `a · Σ x · y`. What is left is often a
 * sum that is needed anyway: three sums of a batch normalisation's gradient become two, and lose most of their products.
 */
export const takeFactorsOutOfSums: Rule = (node, g) => {
  const [x, axesList] = node.inputs;
  if (node.op !== "ReduceSum" || x!.type !== "float32" || (x!.node?.op !== "Mul" && x!.node?.op !== "Neg"))
    return undefined;
  const axes = numbersOf(axesList!);
  const rank = x!.shape.length;
  const padded = (value: Value) => [...new Array<number>(rank - value.shape.length).fill(1), ...value.shape];
  const factors = factorsOf(x!, g);
  const outside = factors.filter((value) => axes.every((axis) => padded(value)[axis] === 1));
  const inside = factors.filter((value) => !outside.includes(value)).sort((a, b) => a.id - b.id);
  if (outside.length === 0 || inside.length === 0) return undefined;
  if (!sameShape(broadcastShape(...inside.map(({ shape }) => shape)), x!.shape)) return undefined;
  const keepDims = node.attributes.keepdims === 1;
  const sum = g.reduce(
    "ReduceSum",
    inside.reduce((product, value) => g.mul(product, value)),
    axes,
    keepDims,
  );
  const reduced = outside.map((value) => {
    if (sizeOf(value.shape) === 1) return g.reshape(value, []);
    const kept = padded(value).filter((_, axis) => !axes.includes(axis));
    return keepDims ? value : g.reshape(value, kept);
  });
  return g.mul(
    sum,
    reduced.reduce((product, value) => g.mul(product, value)),
  );
};

/** Takes a factor that two terms share out of their sum or difference: `a · c − b · c` → `(a − b) · c`. */
export const takeFactorOutOfPair: Rule = (node, g) => {
  const output = node.outputs[0]!;
  if ((node.op !== "Add" && node.op !== "Sub") || output.type !== "float32") return undefined;
  const [a, b] = node.inputs.map((term) => scaled(term!));
  if (a === undefined || b === undefined || Math.abs(a.factor) !== Math.abs(b.factor)) return undefined;
  if (!sameShape(a.value.shape, output.shape) || !sameShape(b.value.shape, output.shape)) return undefined;
  const plus = (node.op === "Add") === (a.factor === b.factor);
  return g.mul(plus ? g.add(a.value, b.value) : g.sub(a.value, b.value), a.factor);
};

/** What a product is made of, down to things that are no products. */
function factorsOf(value: Value, g: GraphBuilder): Value[] {
  if (value.node?.op === "Mul") return (value.node.inputs as readonly Value[]).flatMap((input) => factorsOf(input, g));
  if (value.node?.op === "Neg") return [...factorsOf(value.node.inputs[0]!, g), g.fill(-1, "float32")];
  return [value];
}
