import * as tf from "@tensorflow/tfjs";
import { type Draw, fill, get, type Nd, tensor } from "./arrays.js";
import { FLOAT, type Generator } from "./case.js";

/** The values along some axes, in order, at coordinates of the others. */
function along(x: Nd, axes: readonly number[], at: readonly number[]): number[] {
  const shape = axes.map((axis) => x.shape[axis]!);
  return [
    ...fill(shape, x.dtype, (inner) => {
      const place = [...at];
      for (const [i, axis] of axes.entries()) place[axis] = inner[i]!;
      return get(x, place);
    }).values,
  ];
}

/** Reduces axes to single values. */
export function reduce(
  x: Nd,
  axes: readonly number[],
  keepDims: boolean,
  dtype: Nd["dtype"],
  value: (values: number[]) => number,
): Nd {
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const y = fill(kept, dtype, (at) => value(along(x, axes, at)));
  return keepDims ? y : { ...y, shape: x.shape.filter((_, axis) => !axes.includes(axis)) };
}

const total = (v: number[]): number => v.reduce((sum, x) => sum + x, 0);
const FLOATS: Readonly<Record<string, (v: number[]) => number>> = {
  max: (v) => Math.max(...v),
  mean: (v) => total(v) / v.length,
  min: (v) => Math.min(...v),
  prod: (v) => v.reduce((product, x) => product * x, 1),
  sum: total,
  logSumExp: (v) => Math.log(total(v.map(Math.exp))),
};

type Reduction = (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor;

const OPS: Readonly<Record<string, Reduction>> = {
  max: tf.max,
  mean: tf.mean,
  min: tf.min,
  prod: tf.prod,
  sum: tf.sum,
  logSumExp: tf.logSumExp,
};

function axesOf(draw: Draw, rank: number): number[] {
  const axes = [...Array(rank).keys()].filter(() => draw.chance(0.5));
  return axes.length > 0 || rank === 0 ? axes : [draw.integer(0, rank - 1)];
}

const numbers: Generator = (draw) => {
  const name = draw.pick(Object.keys(FLOATS));
  const rank = draw.integer(0, draw.chance(0.1) ? 8 : 4);
  const shape = draw.shape(rank, rank > 4 ? 3 : 6);
  const integers = name !== "logSumExp" && draw.chance(0.3);
  const finite = draw.chance(0.5) || name === "logSumExp";
  let x = integers ? draw.array(shape, "int32") : finite ? draw.array(shape) : draw.wild(shape);
  // Integers beyond the 24 bits of a float.
  if (integers && name !== "prod" && draw.chance(0.4)) x = { ...x, values: x.values.map((v) => v * 7_654_321) };
  if (integers && name === "prod") x = { ...x, values: x.values.map((v) => (v % 3) + 0) };
  const [axes, keepDims] = [axesOf(draw, rank), draw.chance(0.4)];
  const given = axes.map((axis) => (draw.chance(0.3) ? axis - rank : axis));
  const dtype = integers && name !== "mean" ? "int32" : "float32";
  const expected = reduce(x, axes, keepDims, dtype, FLOATS[name]!);
  const wrapped = dtype === "int32" ? { ...expected, values: expected.values.map((v) => v | 0) } : expected;
  return {
    name: `${name} of ${x.dtype}${finite ? "" : " (wild)"} [${shape}] along [${given}]`,
    run: () => OPS[name]!(tensor(x), given, keepDims),
    expected: wrapped,
    tolerance: dtype === "int32" ? 0 : FLOAT,
  };
};

const truths: Generator = (draw) => {
  const rank = draw.integer(0, 4);
  const x = draw.array(draw.shape(rank), "bool");
  const [axes, keepDims] = [axesOf(draw, rank), draw.chance(0.4)];
  const all = draw.chance(0.5);
  const value = (v: number[]): number => Number(all ? v.every(Boolean) : v.some(Boolean));
  return {
    name: `${all ? "all" : "any"} [${x.shape}] along [${axes}]`,
    run: () => (all ? tf.all : tf.any)(tensor(x), axes, keepDims),
    expected: reduce(x, axes, keepDims, "bool", value),
  };
};

const places: Generator = (draw) => {
  const rank = draw.integer(1, 4);
  const x = draw.array(draw.shape(rank), draw.pick(["float32", "int32"]));
  const axis = draw.integer(0, rank - 1);
  const largest = draw.chance(0.5);
  const first = (v: number[]): number => v.indexOf(largest ? Math.max(...v) : Math.min(...v));
  return {
    name: `${largest ? "argMax" : "argMin"} of ${x.dtype} [${x.shape}] along ${axis}`,
    run: () => (largest ? tf.argMax : tf.argMin)(tensor(x), axis),
    expected: reduce(x, [axis], false, "int32", first),
  };
};

const running: Generator = (draw) => {
  const rank = draw.integer(1, 4);
  const x = draw.array(draw.shape(rank), draw.pick(["float32", "float32", "int32"]));
  const axis = draw.integer(0, rank - 1);
  const [exclusive, reverse, product] = [draw.chance(0.5), draw.chance(0.5), draw.chance(0.3)];
  const expected = fill(x.shape, x.dtype, (at) => {
    const line = along(x, [axis], at);
    const place = at[axis]!;
    const part = reverse ? line.slice(exclusive ? place + 1 : place) : line.slice(0, exclusive ? place : place + 1);
    return product ? part.reduce((a, b) => a * b, 1) : total(part);
  });
  const given = draw.chance(0.3) ? axis - rank : axis;
  return {
    name: `${product ? "cumprod" : "cumsum"} of ${x.dtype} [${x.shape}] along ${given}, ${exclusive}, ${reverse}`,
    run: () => (product ? tf.cumprod : tf.cumsum)(tensor(x), given, exclusive, reverse),
    expected,
    tolerance: x.dtype === "int32" ? 0 : FLOAT,
  };
};

const softmax: Generator = (draw) => {
  const rank = draw.integer(1, 4);
  const x = draw.array(draw.shape(rank, 9));
  const log = draw.chance(0.5);
  const expected = fill(x.shape, "float32", (at) => {
    const line = along(x, [rank - 1], at);
    const share = Math.exp(line[at[rank - 1]!]!) / total(line.map(Math.exp));
    return log ? Math.log(share) : share;
  });
  return {
    name: `${log ? "logSoftmax" : "softmax"} [${x.shape}]`,
    run: () => (log ? tf.logSoftmax : tf.softmax)(tensor(x)),
    expected,
    tolerance: FLOAT,
  };
};

const topk: Generator = (draw) => {
  const rank = draw.integer(1, 3);
  const x = draw.array(draw.shape(rank, 6), draw.pick(["float32", "int32"]));
  const k = draw.integer(1, x.shape[rank - 1]!);
  const shape = [...x.shape.slice(0, -1), k];
  const order = (at: readonly number[]): [number, number] => {
    const line = along(x, [rank - 1], at).map((v, i): [number, number] => [v, i]);
    return line.sort(([a, i], [b, j]) => b - a || i - j)[at[rank - 1]!]!;
  };
  return {
    name: `topk of ${x.dtype} [${x.shape}], ${k}`,
    run: () => {
      const { values, indices } = tf.topk(tensor(x), k);
      return [values, indices];
    },
    expected: [fill(shape, x.dtype, (at) => order(at)[0]), fill(shape, "int32", (at) => order(at)[1])],
  };
};

/** Operations along axes. */
export const reductions: readonly Generator[] = [numbers, numbers, numbers, truths, places, running, softmax, topk];
