import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../src/graph/builder.js";
import type { Graph, Value } from "../src/graph/types.js";
import { blendByProducts } from "../src/passes/blend.js";
import { sinkBroadcasts, sinkReshapedBroadcast, sumBroadcasts, trimOperands } from "../src/passes/broadcast.js";
import { shareCommonSubexpressions } from "../src/passes/common.js";
import { removeDeadCode } from "../src/passes/dead-code.js";
import { joinFactors, takeFactorOutOfPair, takeFactorsOutOfSums } from "../src/passes/factors.js";
import { flattenState } from "../src/passes/flatten-state.js";
import { dropIdentities, foldConstants, foldMoves } from "../src/passes/fold.js";
import { writableInPlace } from "../src/passes/in-place.js";
import { optimize } from "../src/passes/optimize.js";
import { addPartOutputs } from "../src/passes/part-outputs.js";
import { absorbFactors, absorbTransposes, addBiasInProduct } from "../src/passes/products.js";
import { constantsLast, dropZeroProducts, keepOneElement, repeatRows } from "../src/passes/repeated.js";
import { type Rule, rewrite } from "../src/passes/rewrite.js";
import { slopesAsProducts } from "../src/passes/slopes.js";
import { sumRowsByProduct } from "../src/passes/sums.js";
import { joinTransposes, reduceBeforeTranspose, sinkTransposes } from "../src/passes/transposes.js";

const x = (g: GraphBuilder, ...shape: number[]): Value => g.input({ kind: "batch", key: "x" }, "float32", shape);

/** A graph of one result. */
function graphOf(build: (g: GraphBuilder) => Value): Graph {
  const g = new GraphBuilder();
  const value = build(g);
  return g.finish([{ value, target: { kind: "log", name: "y" } }]);
}

/** What is left of a graph after some rules: its operations in order. */
function after(rules: readonly Rule[], build: (g: GraphBuilder) => Value): string[] {
  return opsOf(removeDeadCode(rewrite(graphOf(build), rules)));
}

const opsOf = (graph: Graph): string[] => graph.nodes.map(({ op }) => op);

describe("dead code", () => {
  it("drops what nothing uses, inputs too", () => {
    const g = new GraphBuilder();
    const [a, b] = [x(g, 2), x(g, 3)];
    g.add(b, 1);
    const graph = removeDeadCode(g.finish([{ value: g.mul(a, 2), target: { kind: "log", name: "y" } }]));
    expect(opsOf(graph)).toEqual(["Mul"]);
    expect(graph.inputs).toEqual([a]);
  });
  it("drops variables that keep their values", () => {
    const g = new GraphBuilder();
    const state = (index: number) => ({ kind: "state" as const, variables: [index], flat: false });
    const [a, b] = [g.input(state(0), "float32", [2]), g.input(state(1), "float32", [2])];
    const outputs = [
      { value: a, target: state(0) },
      { value: a, target: state(1) },
    ];
    const graph = removeDeadCode(g.finish(outputs));
    expect(graph.outputs).toEqual([{ value: a, target: state(1) }]);
    expect(graph.inputs).toEqual([a]);
    expect(b.shape).toEqual([2]);
  });
});

describe("equal elements", () => {
  const ones = (g: GraphBuilder, ...shape: number[]) =>
    g.constant(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), "float32", shape);
  it("are kept as one, which other rules then know", () => {
    const graph = keepOneElement(graphOf((g) => g.mul(x(g, 2, 3), ones(g, 2, 3))));
    expect(graph.nodes[0]!.inputs[1]!).toMatchObject({ constant: Float32Array.of(1), shape: [2, 3] });
    expect(opsOf(optimize(graphOf((g) => g.unary("Exp", g.mul(ones(g, 2, 3), x(g, 2, 3))))))).toEqual(["Exp"]);
  });
  it("are not kept as one in lists of axes, or where one differs", () => {
    const list = keepOneElement(graphOf((g) => g.reduce("ReduceSum", g.reshape(x(g, 1), [1, 1]), [0, 1])));
    expect(list.nodes[0]!.inputs[1]!.constant).toHaveLength(2);
    const mixed = keepOneElement(graphOf((g) => g.mul(x(g, 2), g.constant(Float32Array.of(0, -0), "float32", [2]))));
    expect(mixed.nodes[0]!.inputs[1]!.constant).toHaveLength(2);
  });
  it("come last in sums and products", () => {
    const graph = rewrite(
      graphOf((g) => g.mul(3, x(g, 2))),
      [constantsLast],
    );
    expect(graph.nodes[0]!.inputs.map((value) => value?.constant?.[0])).toEqual([undefined, 3]);
    expect(after([constantsLast], (g) => g.sub(3, x(g, 2)))).toEqual(["Sub"]);
  });
  it("that are zero make products zero, but not what is divided by them", () => {
    const zeros = (g: GraphBuilder) => g.fill(0, "float32", [4, 4]);
    const kept = (build: (g: GraphBuilder) => Value) => after([dropZeroProducts], (g) => g.unary("Exp", build(g)));
    expect(kept((g) => g.matMul(zeros(g), x(g, 4, 4)))).toEqual(["Exp"]);
    expect(kept((g) => g.matMul(x(g, 4, 4), zeros(g), true, false, x(g, 4)))).toEqual(["Expand", "Exp"]);
    expect(kept((g) => g.mul(x(g, 4, 4), zeros(g)))).toEqual(["Exp"]);
    expect(kept((g) => g.div(zeros(g), x(g, 4, 4)))).toEqual(["Exp"]);
    expect(kept((g) => g.div(x(g, 4, 4), zeros(g)))).toEqual(["Div", "Exp"]);
  });
  it("in the left rows of a product make its rows equal", () => {
    const kept = (build: (g: GraphBuilder) => Value) => after([repeatRows], build);
    const rows = (g: GraphBuilder, columns: number) => g.fill(0.5, "float32", [8, columns]);
    expect(kept((g) => g.matMul(rows(g, 1), x(g, 6, 1), false, true))).toEqual(["Reshape", "Mul", "Expand"]);
    expect(kept((g) => g.matMul(rows(g, 3), x(g, 3, 6)))).toEqual(["ReduceSum", "Reshape", "Mul", "Expand"]);
    expect(kept((g) => g.matMul(g.fill(1, "float32", [1, 3]), x(g, 3, 6)))).toEqual(["Gemm"]);
  });
  it("are summed by counting them", () => {
    const build = (g: GraphBuilder) => g.mul(x(g, 3), g.reduce("ReduceSum", g.fill(0.5, "float32", [4, 3]), [0]));
    const graph = rewrite(rewrite(graphOf(build), [sumBroadcasts]), [foldConstants]);
    expect(graph.nodes[0]!.inputs[1]).toMatchObject({ constant: Float32Array.of(2), shape: [3] });
  });
});

describe("common subexpressions", () => {
  it("computes equal operations once, also with equal constants made twice, and chains of them", () => {
    const graph = graphOf((g) => {
      const a = x(g, 2);
      return g.add(g.unary("Exp", g.mul(a, 2)), g.unary("Exp", g.mul(a, 2)));
    });
    expect(opsOf(removeDeadCode(shareCommonSubexpressions(graph)))).toEqual(["Mul", "Exp", "Add"]);
  });
  it("keeps operations apart whose attributes differ", () => {
    const graph = graphOf((g) => {
      const a = x(g, 2, 2);
      return g.add(g.reduce("ReduceSum", a, [0], true), g.reduce("ReduceSum", a, [1], true));
    });
    expect(opsOf(shareCommonSubexpressions(graph))).toHaveLength(3);
  });
});

describe("constants and identities", () => {
  it("computes operations on tensors of equal elements", () => {
    const graph = rewrite(
      graphOf((g) => g.add(x(g, 2, 3), g.mul(g.fill(3, "float32", [2, 3]), g.fill(2, "float32")))),
      [foldConstants],
    );
    expect(graph.nodes[0]!.inputs[1]!.constant).toEqual(Float32Array.of(6));
  });
  it("transposes written-out constants", () => {
    const graph = rewrite(
      graphOf((g) =>
        g.add(x(g, 3, 2), g.transpose(g.constant(Float32Array.of(1, 2, 3, 4, 5, 6), "float32", [2, 3]), [1, 0])),
      ),
      [foldMoves],
    );
    expect(graph.nodes[0]!.inputs[1]!.constant).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
  });
  it("drops products with one, sums with zero, double negation and reshapes of reshapes", () => {
    expect(after([dropIdentities], (g) => g.unary("Exp", g.add(g.mul(x(g, 2), 1), 0)))).toEqual(["Exp"]);
    expect(after([dropIdentities], (g) => g.unary("Exp", g.unary("Neg", g.unary("Neg", x(g, 2)))))).toEqual(["Exp"]);
    expect(after([dropIdentities], (g) => g.sub(x(g, 2), g.unary("Neg", x(g, 2))))).toEqual(["Add"]);
    expect(after([dropIdentities], (g) => g.reshape(g.reshape(x(g, 6), [2, 3]), [3, 2]))).toEqual(["Reshape"]);
  });
  it("keeps a product with one that broadcasts", () => {
    expect(after([dropIdentities], (g) => g.mul(x(g, 1, 3), g.fill(1, "float32", [2, 3])))).toEqual(["Mul"]);
  });
});

describe("factors", () => {
  it("multiplies small factors with each other first", () => {
    const build = (g: GraphBuilder) => g.mul(g.mul(x(g, 64, 4), 3), x(g, 4));
    const graph = removeDeadCode(rewrite(graphOf(build), [joinFactors]));
    expect(graph.nodes.map(({ outputs }) => outputs[0]!.shape)).toEqual([[4], [64, 4]]);
    const constants = (g: GraphBuilder) => g.mul(g.mul(x(g, 2), 3), 4);
    expect(opsOf(optimize(graphOf(constants)))).toEqual(["Mul"]);
  });
  it("takes a common factor out of a sum of two", () => {
    const sum = (a: number, b: number) => (g: GraphBuilder) => g.add(g.mul(x(g, 4), a), g.mul(x(g, 4), b));
    expect(after([takeFactorOutOfPair], sum(3, 3))).toEqual(["Add", "Mul"]);
    expect(after([takeFactorOutOfPair], sum(3, -3))).toEqual(["Sub", "Mul"]);
    expect(after([takeFactorOutOfPair], sum(0.9, 0.1))).toEqual(["Mul", "Mul", "Add"]);
    const difference = (g: GraphBuilder) => g.sub(g.mul(x(g, 4), 2), g.mul(x(g, 4), -2));
    expect(after([takeFactorOutOfPair], difference)).toEqual(["Add", "Mul"]);
  });
  it("leaves products alone whose factors are as large as the result", () => {
    expect(after([joinFactors], (g) => g.mul(g.mul(x(g, 64, 4), x(g, 64, 1)), x(g, 64, 4)))).toEqual(["Mul", "Mul"]);
  });
  it("takes factors out of a sum, so that two sums become one", () => {
    const build = (g: GraphBuilder) => {
      const [a, b, scale] = [x(g, 32, 4), x(g, 32, 4), x(g, 4)];
      const scaled = g.reduce("ReduceSum", g.mul(g.mul(a, scale), g.unary("Neg", b)), [0]);
      return g.add(scaled, g.reduce("ReduceSum", g.mul(b, a), [0]));
    };
    const graph = shareCommonSubexpressions(rewrite(graphOf(build), [takeFactorsOutOfSums]));
    const ops = opsOf(removeDeadCode(shareCommonSubexpressions(rewrite(graph, [takeFactorsOutOfSums]))));
    expect(ops.filter((op) => op === "ReduceSum")).toHaveLength(2);
    expect(ops.filter((op) => op === "Neg")).toHaveLength(0);
  });
  it("keeps factors in a sum that differ along it, and sums of factors alone", () => {
    const along = (g: GraphBuilder) => g.reduce("ReduceSum", g.mul(x(g, 32, 4), x(g, 32, 1)), [0]);
    expect(after([takeFactorsOutOfSums], along)).toEqual(["Mul", "ReduceSum"]);
    const alone = (g: GraphBuilder) => g.reduce("ReduceSum", g.mul(x(g, 1, 4), x(g, 1, 4)), [0]);
    expect(after([takeFactorsOutOfSums], alone)).toEqual(["Mul", "ReduceSum"]);
  });
});

describe("running means", () => {
  const mean = (rate: number) => (g: GraphBuilder) => {
    const [old, value] = [x(g, 9), x(g, 9)];
    return g.add(old, g.mul(g.sub(value, old), rate));
  };
  it("are sums of products", () => {
    expect(after([blendByProducts], mean(0.1))).toEqual(["Mul", "Mul", "Add"]);
  });
  it("with rate 1 are the new value", () => {
    expect(opsOf(optimize(graphOf((g) => g.unary("Exp", mean(1)(g)))))).toEqual(["Exp"]);
  });
});

describe("sums of rows", () => {
  it("become products with a row of ones", () => {
    const build = (g: GraphBuilder) => g.reduce("ReduceSum", x(g, 8, 6, 6, 5), [0, 1, 2], true);
    expect(after([sumRowsByProduct], build)).toEqual(["Reshape", "Gemm", "Reshape"]);
  });
  it("stay where there are few rows, more than float32 adds up, or another axis", () => {
    expect(after([sumRowsByProduct], (g) => g.reduce("ReduceSum", x(g, 8, 5), [0]))).toEqual(["ReduceSum"]);
    expect(after([sumRowsByProduct], (g) => g.reduce("ReduceSum", x(g, 20_000, 5), [0]))).toEqual(["ReduceSum"]);
    expect(after([sumRowsByProduct], (g) => g.reduce("ReduceSum", x(g, 64, 5), [1]))).toEqual(["ReduceSum"]);
  });
});

describe("slopes", () => {
  const leaky = (alpha: number) => (g: GraphBuilder) => {
    const [a, dy] = [x(g, 6), x(g, 6)];
    return g.where(g.compare("Greater", a, 0), dy, g.mul(dy, alpha));
  };
  it("of leaky rectifiers are products", () => {
    expect(after([slopesAsProducts], leaky(0.2))).toEqual(["HardSigmoid", "Clip", "Mul"]);
  });
  it("stay choices where the slope below zero is not less than the one above", () => {
    expect(after([slopesAsProducts], leaky(1.5))).toContain("Where");
    expect(after([slopesAsProducts], leaky(-0.5))).toContain("Where");
  });
});

describe("broadcasts", () => {
  it("computes small what was blown up first", () => {
    const build = (g: GraphBuilder) => g.mul(x(g, 4, 3), g.expand(g.mul(x(g, 4, 1), 2), [4, 3]));
    expect(after([sinkBroadcasts], build)).toEqual(["Mul", "Mul"]);
    expect(after([sinkBroadcasts], (g) => g.unary("Exp", g.expand(x(g, 1), [5])))).toEqual(["Exp", "Expand"]);
  });
  it("sees that a mean which kept its axes is the one that did not", () => {
    const build = (g: GraphBuilder) => {
      const [y, mean] = [x(g, 2, 3, 3, 4), x(g, 1, 1, 1, 4)];
      return g.mul(g.sub(y, mean), g.sub(y, g.reshape(mean, [4])));
    };
    const graph = rewrite(graphOf(build), [trimOperands]);
    expect(opsOf(removeDeadCode(shareCommonSubexpressions(graph)))).toEqual(["Reshape", "Sub", "Mul"]);
    expect(after([trimOperands], (g) => g.sub(x(g, 1, 4), x(g, 1, 4)))).toEqual(["Sub"]);
  });
  it("reshapes and sums blown-up scalars as scalars", () => {
    expect(after([sinkReshapedBroadcast], (g) => g.reshape(g.expand(x(g, 1), [6]), [2, 3]))).toEqual([
      "Reshape",
      "Expand",
    ]);
    expect(
      after([sumBroadcasts, dropIdentities], (g) => g.reduce("ReduceSum", g.expand(x(g), [4, 5]), [0, 1])),
    ).toEqual(["Mul"]);
  });
});

describe("transposes", () => {
  const toFirst = [0, 3, 1, 2];
  const toLast = [0, 2, 3, 1];
  it("cancel, and become reshapes when they move nothing", () => {
    expect(
      after([joinTransposes], (g) => g.unary("Exp", g.transpose(g.transpose(x(g, 2, 3, 4, 5), toFirst), toLast))),
    ).toEqual(["Exp"]);
    expect(after([joinTransposes], (g) => g.transpose(x(g, 2, 3, 4, 1), toFirst))).toEqual(["Reshape"]);
  });
  it("sink below elementwise operations, so that only the edges of a network are left", () => {
    const build = (g: GraphBuilder) => {
      const y = g.transpose(x(g, 2, 5, 3, 4), toLast);
      const biased = g.unary("Relu", g.add(y, g.input({ kind: "batch", key: "b" }, "float32", [5])));
      return g.unary("Exp", g.transpose(biased, toFirst));
    };
    expect(after([joinTransposes, sinkTransposes], build)).toEqual(["Reshape", "Add", "Relu", "Exp"]);
  });
  it("are not needed for reductions, and are flags of products", () => {
    expect(
      after([reduceBeforeTranspose], (g) => g.reduce("ReduceSum", g.transpose(x(g, 2, 5, 3, 4), toLast), [0, 1, 2])),
    ).toEqual(["ReduceSum"]);
    const graph = removeDeadCode(
      rewrite(
        graphOf((g) => g.matMul(g.transpose(x(g, 3, 2), [1, 0]), x(g, 3, 4))),
        [absorbTransposes],
      ),
    );
    expect(opsOf(graph)).toEqual(["Gemm"]);
    expect(graph.nodes[0]!.attributes).toEqual({ transA: 1, transB: 0 });
  });
});

describe("products", () => {
  it("take a bias in, through a reshape and at the start of a sum", () => {
    const build = (g: GraphBuilder) => {
      const bias = g.input({ kind: "batch", key: "b" }, "float32", [5]);
      const first = g.matMul(x(g, 6, 2), x(g, 2, 5));
      const sum = g.matMul(x(g, 6, 3), x(g, 3, 5), false, false, first);
      return g.add(g.reshape(sum, [2, 3, 5]), bias);
    };
    expect(after([addBiasInProduct], build)).toEqual(["Gemm", "Gemm", "Reshape"]);
  });
  it("take the numbers in that their operands are multiplied with, and keep them when an operand turns", () => {
    const build = (g: GraphBuilder) => {
      const turned = g.transpose(g.mul(x(g, 2, 3), 4), [1, 0]);
      return g.matMul(g.mul(turned, 0.5), g.mul(x(g, 2, 5), 3), false, false, x(g, 5));
    };
    const graph = optimize(graphOf(build));
    expect(opsOf(graph)).toEqual(["Gemm"]);
    expect(graph.nodes[0]!.attributes).toEqual({ transA: 1, transB: 0, alpha: { float: 6 } });
    expect(after([absorbFactors], (g) => g.matMul(g.mul(x(g, 2, 3), x(g, 3)), x(g, 3, 4)))).toEqual(["Mul", "Gemm"]);
  });
});

describe("flat state", () => {
  /** Momentum for weights of two shapes. */
  const momentum = (shapes = [[2, 3], [4]]): Graph => {
    const g = new GraphBuilder();
    const state = (i: number, shape: number[]) =>
      g.input({ kind: "state", variables: [i], flat: false }, "float32", shape);
    const weights = shapes.map((shape, i) => state(i, shape));
    const slots = shapes.map((shape, i) => state(i + shapes.length, shape));
    const gradients = weights.map((w, i) => g.reduce("ReduceSum", x(g, 7, ...w.shape), [0], i > shapes.length));
    const moved = slots.map((slot, i) => g.add(g.mul(slot, 0.9), gradients[i]!));
    const out = (value: Value, i: number) => ({
      value,
      target: { kind: "state" as const, variables: [i], flat: false },
    });
    return g.finish([
      ...weights.map((w, i) => out(g.sub(w, g.mul(moved[i]!, 0.1)), i)),
      ...moved.map((value, i) => out(value, i + shapes.length)),
    ]);
  };
  it("makes one rule of the rules of all weights", () => {
    const graph = removeDeadCode(flattenState(momentum(), () => true));
    expect(graph.outputs.map(({ target }) => target)).toEqual([
      { kind: "state", variables: [0, 1], flat: true },
      { kind: "state", variables: [2, 3], flat: true },
    ]);
    expect(graph.outputs.map(({ value }) => value.shape)).toEqual([[10], [10]]);
    const counts = opsOf(graph).filter((op) => ["Mul", "Add", "Sub", "Concat"].includes(op));
    expect(counts.sort()).toEqual(["Add", "Concat", "Mul", "Mul", "Sub"]);
  });
  it("leaves long variables alone", () => {
    const { outputs } = flattenState(momentum([[2, 3], [400, 300], [4]]), () => true);
    const written = outputs.map(({ target }) => (target.kind === "state" ? target.variables : []));
    expect(written).toEqual([[0, 2], [3, 5], [1], [4]]);
  });
  it("writes the joined gradients of variables that become them", () => {
    const g = new GraphBuilder();
    const state = (index: number) => ({ kind: "state" as const, variables: [index], flat: false });
    const outputs = [[2, 3], [4]].flatMap((shape, i) => {
      const [weight, size] = [g.input(state(i), "float32", shape), g.input(state(4 + i), "float32", shape)];
      const gradient = g.reduce("ReduceSum", x(g, 7, ...shape), [0]);
      const square = g.add(size, g.mul(gradient, gradient));
      const moved = g.sub(weight, g.div(gradient, square));
      return [moved, gradient, square].map((value, slot) => ({ value, target: state(2 * slot + i) }));
    });
    const graph = removeDeadCode(flattenState(g.finish(outputs), () => true));
    const written = graph.outputs.map(({ target }) => (target.kind === "state" && target.flat ? target.variables : []));
    expect(written.sort()).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect(opsOf(graph).filter((op) => op === "Concat")).toHaveLength(1);
  });
  it("writes no variable twice where parts of the weights have rules of their own", () => {
    const g = new GraphBuilder();
    const state = (index: number) => ({ kind: "state" as const, variables: [index], flat: false });
    const outputs = [0, 1, 2, 3].flatMap((i) => {
      const [weight, size] = [g.input(state(i), "float32", [3]), g.input(state(8 + i), "float32", [3])];
      const gradient = g.reduce("ReduceSum", x(g, 7, 3), [0]);
      const square = g.add(size, g.mul(gradient, gradient));
      const moved = g.sub(weight, g.div(gradient, square));
      const values = [i < 2 ? g.unary("Tanh", moved) : moved, gradient, square];
      return values.map((value, slot) => ({ value, target: state(4 * slot + i) }));
    });
    const written = flattenState(g.finish(outputs), () => true).outputs.map(({ target }) => target);
    const variables = written.flatMap((target) => (target.kind === "state" ? target.variables : []));
    expect(variables.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(written).toContainEqual({ kind: "state", variables: [4, 5, 6, 7], flat: true });
  });
  it("leaves variables alone that cannot lie side by side", () => {
    const graph = momentum();
    expect(flattenState(graph, () => false)).toBe(graph);
  });
});

describe("variables to be written in place", () => {
  const state = (...variables: number[]) => ({ kind: "state" as const, variables, flat: variables.length > 1 });
  type Outputs = [Value, ReturnType<typeof state>][];
  /** What may be written over, of a graph whose outputs are states. */
  const writable = (build: (g: GraphBuilder) => Outputs) => {
    const g = new GraphBuilder();
    const outputs = build(g).map(([value, target]) => ({ value, target }));
    const found = writableInPlace(g.finish(outputs));
    return outputs.map(({ target }) => found.has(target));
  };
  it("are those that nothing else reads later", () => {
    const build = (g: GraphBuilder): Outputs => {
      const [weight, mean] = [g.input(state(0), "float32", [4, 4]), g.input(state(1), "float32", [4, 4])];
      const moved = g.add(g.mul(mean, 0.9), g.matMul(x(g, 4, 4), weight));
      return [
        [g.sub(weight, moved), state(0)],
        [moved, state(1)],
      ];
    };
    expect(writable(build)).toEqual([true, true]);
  });
  it("are not those that something beside the update reads, or a part of which is read", () => {
    const beside = (g: GraphBuilder): Outputs => {
      const weight = g.input(state(0), "float32", [4]);
      return [
        [g.sub(weight, 1), state(0)],
        [g.unary("Exp", weight), state(1)],
      ];
    };
    expect(writable(beside)).toEqual([false, true]);
    const part = (g: GraphBuilder): Outputs => {
      const [all, one] = [g.input(state(0, 1), "float32", [8]), g.input(state(1), "float32", [4])];
      return [
        [g.sub(all, 1), state(0, 1)],
        [g.unary("Exp", one), state(2)],
      ];
    };
    expect(writable(part)).toEqual([false, true]);
  });
  it("are not those that another output gives as they were", () => {
    const kept = (g: GraphBuilder): Outputs => {
      const weight = g.input(state(0), "float32", [4]);
      return [
        [g.sub(weight, 1), state(0)],
        [weight, state(1)],
      ];
    };
    expect(writable(kept)).toEqual([false, false]);
  });
  it("are not those of which a reshape, the same memory, is read later", () => {
    const viewed =
      (late: boolean) =>
      (g: GraphBuilder): Outputs => {
        const weight = g.input(state(0), "float32", [4, 1]);
        const view = g.reshape(weight, [4]);
        const moved = g.sub(weight, g.reduce("ReduceSum", view, [0]));
        return [
          [moved, state(0)],
          [g.unary("Exp", late ? view : x(g, 4)), state(1)],
        ];
      };
    expect(writable(viewed(true))).toEqual([false, true]);
    expect(writable(viewed(false))).toEqual([true, true]);
    const itself = (g: GraphBuilder): Outputs => {
      const weight = g.input(state(0), "float32", [4, 4]);
      return [[g.add(weight, g.transpose(weight, [1, 0])), state(0)]];
    };
    expect(writable(itself)).toEqual([false]);
  });
  it("are not those that are written by other than elementwise operations, or read in another order", () => {
    const product = (g: GraphBuilder): Outputs => [
      [g.matMul(g.input(state(0), "float32", [4, 4]), x(g, 4, 4)), state(0)],
    ];
    expect(writable(product)).toEqual([false]);
    const crossed = (g: GraphBuilder): Outputs => [[g.add(g.input(state(0, 1), "float32", [4]), x(g, 4)), state(1, 0)]];
    expect(writable(crossed)).toEqual([false]);
  });
});

it("gives the variables of a flat vector one by one too, for devices", () => {
  const g = new GraphBuilder();
  const flat = g.input({ kind: "state", variables: [3, 5], flat: true }, "float32", [7]);
  const target = { kind: "state" as const, variables: [3, 5], flat: true };
  const shapes: Record<number, number[]> = { 3: [2, 3], 5: [] };
  const graph = addPartOutputs(g.finish([{ value: g.mul(flat, 2), target }]), (variable) => shapes[variable]!);
  expect(graph.outputs.map((output) => output.target)).toEqual([
    target,
    { kind: "part", variable: 3 },
    { kind: "part", variable: 5 },
  ]);
  expect(graph.outputs.map(({ value }) => value.shape)).toEqual([[7], [2, 3], []]);
  expect(opsOf(graph)).toEqual(["Mul", "Slice", "Reshape", "Slice", "Reshape"]);
});

it("all passes come to an end and leave a graph that nothing changes any more", () => {
  const graph = optimize(
    graphOf((g) => {
      const y = g.mul(g.div(g.expand(x(g, 1, 1), [4, 3]), 2), g.fill(1, "float32", [4, 3]));
      return g.reduce("ReduceSum", g.transpose(y, [1, 0]), [0, 1]);
    }),
  );
  expect(optimize(graph).nodes).toEqual(graph.nodes);
  expect(graph.nodes.length).toBeLessThanOrEqual(3);
});
