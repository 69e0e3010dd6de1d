import { sizeOf } from "@latentkit/core/authoring";
import type { Value } from "../graph/types.js";
import { axesOf, type Lowering, type Lowerings } from "./types.js";

const reduce =
  (op: string, attribute = "axis"): Lowering =>
  ({ x }, attributes, g) =>
    g.reduce(op, x!, axesOf(attributes[attribute], x!.shape.length), attributes.keepDims === true);

/** Reductions of truth values go through int32, which ONNX can reduce. */
const reduceBool =
  (op: string): Lowering =>
  ({ x }, { axis, keepDims }, g) =>
    g.cast(g.reduce(op, g.cast(x!, "int32"), axesOf(axis, x!.shape.length), keepDims === true), "bool");

const argument =
  (op: string): Lowering =>
  ({ x }, { axis }, g) => {
    const along = axesOf(axis ?? 0, x!.shape.length)[0]!;
    const shape = x!.shape.filter((_, i) => i !== along);
    return g.cast(g.node(op, [x], "int64", shape, { axis: along, keepdims: 0 }), "int32");
  };

/** Reductions, the largest values, softmax and cumulative sums. */
export const reductions: Lowerings = {
  // A sum of truth values counts them.
  Sum: ({ x }, { axis, keepDims }, g) => {
    const terms: Value = x!.type === "bool" ? g.cast(x!, "int32") : x!;
    return g.reduce("ReduceSum", terms, axesOf(axis, terms.shape.length), keepDims === true);
  },
  Mean: ({ x }, { axis, keepDims }, g) => {
    const axes = axesOf(axis, x!.shape.length);
    const terms = g.cast(x!, "float32");
    const count = sizeOf(axes.map((a) => terms.shape[a]!));
    return g.mul(g.reduce("ReduceSum", terms, axes, keepDims === true), 1 / count);
  },
  Max: reduce("ReduceMax", "reductionIndices"),
  Min: reduce("ReduceMin"),
  Prod: reduce("ReduceProd"),
  All: reduceBool("ReduceMin"),
  Any: reduceBool("ReduceMax"),
  ArgMax: argument("ArgMax"),
  ArgMin: argument("ArgMin"),
  TopK: ({ x }, { k, sorted }, g) => {
    const shape = [...x!.shape.slice(0, -1), k as number];
    const results = [
      { type: x!.type, shape },
      { type: "int64", shape },
    ] as const;
    const attributes = { axis: -1, largest: 1, sorted: sorted ? 1 : 0 };
    const [values, indices] = g.nodes("TopK", [x, g.list([k as number])], results, attributes);
    return [values!, g.cast(indices!, "int32")];
  },
  Softmax: ({ logits }, { dim }, g) => g.unary("Softmax", logits!, { axis: dim as number }),
  Cumsum: ({ x }, { axis, exclusive, reverse }, g) =>
    g.node(
      "CumSum",
      [x, g.constant(BigInt64Array.of(BigInt(axesOf(axis, x!.shape.length)[0]!)), "int64", [])],
      x!.type,
      x!.shape,
      {
        exclusive: exclusive ? 1 : 0,
        reverse: reverse ? 1 : 0,
      },
    ),
};
