import { sizeOf } from "@latentkit/core/authoring";
import { broadcastShape, numbersOf, type Value } from "../graph/types.js";
import { ELEMENTWISE } from "./elementwise-ops.js";
import type { Rule } from "./rewrite.js";

const permOf = (value: Value): readonly number[] | undefined =>
  value.node?.op === "Transpose" ? (value.node.attributes.perm as readonly number[]) : undefined;

/** Two transposes in a row become one or none, and one that only moves axes of one element becomes a reshape. */
export const joinTransposes: Rule = (node, g) => {
  if (node.op !== "Transpose") return undefined;
  const x = node.inputs[0]!;
  const perm = node.attributes.perm as readonly number[];
  const inner = permOf(x);
  if (inner !== undefined)
    return g.transpose(
      x.node!.inputs[0]!,
      perm.map((axis) => inner[axis]!),
    );
  const moved = perm.filter((axis) => x.shape[axis] !== 1);
  const ordered = moved.every((axis, i) => i === 0 || axis > moved[i - 1]!);
  return ordered ? g.reshape(x, node.outputs[0]!.shape) : undefined;
};

/**
 * Moves transposes behind elementwise operations, so that the layout of a whole network is decided at its edges: when
 * every large input carries the same transpose, the operation works on what is before it.
 */
export const sinkTransposes: Rule = (node, g) => {
  if (!ELEMENTWISE.has(node.op)) return undefined;
  const output = node.outputs[0]!;
  const perm = node.inputs.map((value) => permOf(value!)).find((found) => found !== undefined);
  if (perm === undefined || perm.length !== output.shape.length) return undefined;
  const inverse = perm.map((_, i) => perm.indexOf(i));
  const before: Value[] = [];
  for (const value of node.inputs as readonly Value[]) {
    if (permOf(value)?.join() === perm.join()) before.push(value.node!.inputs[0]!);
    else if (sizeOf(value.shape) === 1) before.push(value);
    else {
      // A vector along one axis is turned by a reshape, which costs nothing.
      const shape = [...new Array<number>(perm.length - value.shape.length).fill(1), ...value.shape];
      if (shape.filter((size) => size !== 1).length > 1) return undefined;
      before.push(
        g.reshape(
          value,
          inverse.map((axis) => shape[axis]!),
        ),
      );
    }
  }
  const shape = broadcastShape(...before.map((value) => value.shape));
  return g.transpose(g.node(node.op, before, output.type, shape, node.attributes), perm);
};

/** A reduction of a transposed tensor reduces the other axes of the tensor itself. */
export const reduceBeforeTranspose: Rule = (node, g) => {
  if (!node.op.startsWith("Reduce")) return undefined;
  const [x, axes] = node.inputs;
  const perm = permOf(x!);
  if (perm === undefined) return undefined;
  const source = x!.node!.inputs[0]!;
  const reduced = numbersOf(axes!)
    .map((axis) => perm[axis]!)
    .sort((a, b) => a - b);
  const keepDims = node.attributes.keepdims === 1;
  const small = g.reduce(node.op, source, reduced, keepDims);
  if (keepDims) return g.transpose(small, perm);
  const left = perm.filter((axis) => !reduced.includes(axis));
  const order = [...left].sort((a, b) => a - b);
  return g.transpose(
    small,
    left.map((axis) => order.indexOf(axis)),
  );
};
