import * as tf from "@tensorflow/tfjs";
import { broadcast, type Draw, fill, getBroadcast, type Nd, tensor } from "./arrays.js";
import { FLOAT, type FuzzCase, type Generator } from "./case.js";

type Unary = readonly [op: (x: tf.Tensor) => tf.Tensor, reference: (x: number) => number, domain?: "positive" | "unit"];

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const SELU = [1.7580993408473768, 1.0507009873554805] as const;

const UNARY: Readonly<Record<string, Unary>> = {
  abs: [tf.abs, Math.abs],
  acos: [tf.acos, Math.acos, "unit"],
  acosh: [(x) => tf.acosh(tf.add(x, 1)), (x) => Math.acosh(Math.fround(x + 1)), "positive"],
  asin: [tf.asin, Math.asin, "unit"],
  asinh: [tf.asinh, Math.asinh],
  atan: [tf.atan, Math.atan],
  atanh: [(x) => tf.atanh(tf.mul(x, 0.5)), (x) => Math.atanh(x / 2), "unit"],
  ceil: [tf.ceil, Math.ceil],
  clip: [(x) => tf.clipByValue(x, -1, 2), (x) => (x < -1 ? -1 : Math.min(x, 2))],
  cos: [tf.cos, Math.cos],
  cosh: [tf.cosh, Math.cosh],
  elu: [tf.elu, (x) => (x >= 0 ? x : Math.expm1(x))],
  exp: [tf.exp, Math.exp],
  expm1: [tf.expm1, Math.expm1],
  floor: [tf.floor, Math.floor],
  leakyRelu: [(x) => tf.leakyRelu(x, 0.25), (x) => (x < 0 ? 0.25 * x : x)],
  log: [tf.log, Math.log, "positive"],
  log1p: [tf.log1p, Math.log1p, "positive"],
  neg: [tf.neg, (x) => -x],
  reciprocal: [tf.reciprocal, (x) => 1 / x, "positive"],
  relu: [tf.relu, (x) => Math.max(x, 0)],
  relu6: [tf.relu6, (x) => (x < 0 ? 0 : Math.min(x, 6))],
  round: [
    tf.round,
    (x) => {
      const low = Math.floor(x);
      if (x - low !== 0.5) return Math.round(x);
      return low % 2 === 0 ? low : low + 1;
    },
  ],
  rsqrt: [tf.rsqrt, (x) => 1 / Math.sqrt(x), "positive"],
  selu: [tf.selu, (x) => (x >= 0 ? SELU[1] * x : SELU[0] * Math.expm1(x))],
  sigmoid: [tf.sigmoid, sigmoid],
  sign: [tf.sign, (x) => (x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : Number.NaN)],
  sin: [tf.sin, Math.sin],
  sinh: [tf.sinh, Math.sinh],
  softplus: [tf.softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
  sqrt: [tf.sqrt, Math.sqrt, "positive"],
  square: [tf.square, (x) => x * x],
  step: [(x) => tf.step(x, 0.5), (x) => (Number.isNaN(x) ? Number.NaN : x > 0 ? 1 : 0.5)],
  tan: [(x) => tf.tan(tf.mul(x, 0.3)), (x) => Math.tan(Math.fround(x * Math.fround(0.3)))],
  tanh: [tf.tanh, Math.tanh],
};

/** NaN stays NaN; infinities only where the function takes all numbers. */
const unary: Generator = (draw) => {
  const name = draw.pick(Object.keys(UNARY));
  const [op, reference, domain] = UNARY[name]!;
  const shape = draw.shape(draw.integer(0, 4), 7);
  let x = draw.wild(shape);
  const periodic = ["sin", "cos", "tan"].includes(name);
  x = {
    ...x,
    values: x.values.map((v) => {
      if (Number.isNaN(v)) return v;
      if (!Number.isFinite(v)) return domain || periodic ? 1 : v;
      if (domain === "positive") return Math.abs(v) + 0.125;
      return domain === "unit" ? Math.fround(v / 3) : v;
    }),
  };
  const expected = fill(shape, "float32", (at) => reference(getBroadcast(x, at)));
  return { name: `${name} [${shape}]`, run: () => op(tensor(x)), expected, tolerance: FLOAT };
};

const INTEGER_UNARY: Readonly<Record<string, Unary>> = {
  abs: UNARY.abs!,
  clip: UNARY.clip!,
  neg: UNARY.neg!,
  relu: UNARY.relu!,
  sign: UNARY.sign!,
  square: UNARY.square!,
};

const integerUnary: Generator = (draw) => {
  const name = draw.pick(Object.keys(INTEGER_UNARY));
  const [op, reference] = INTEGER_UNARY[name]!;
  const x = draw.array(draw.shape(draw.integer(0, 3)), "int32");
  const expected = { ...x, values: x.values.map((v) => reference(v) + 0) };
  return { name: `${name} of int32 [${x.shape}]`, run: () => op(tensor(x)), expected };
};

type Binary = readonly [op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, reference: (a: number, b: number) => number];

const NUMBERS: Readonly<Record<string, Binary>> = {
  add: [tf.add, (a, b) => a + b],
  maximum: [tf.maximum, Math.max],
  minimum: [tf.minimum, Math.min],
  mul: [tf.mul, (a, b) => a * b],
  squaredDifference: [tf.squaredDifference, (a, b) => (a - b) ** 2],
  sub: [tf.sub, (a, b) => a - b],
};
const FLOATS: Readonly<Record<string, Binary>> = {
  ...NUMBERS,
  atan2: [tf.atan2, Math.atan2],
  div: [tf.div, (a, b) => a / b],
  prelu: [(a, b) => tf.prelu(a, b), (a, b) => (a < 0 ? a * b : a)],
};
const COMPARISONS: Readonly<Record<string, Binary>> = {
  equal: [tf.equal, (a, b) => Number(a === b)],
  greater: [tf.greater, (a, b) => Number(a > b)],
  greaterEqual: [tf.greaterEqual, (a, b) => Number(a >= b)],
  less: [tf.less, (a, b) => Number(a < b)],
  lessEqual: [tf.lessEqual, (a, b) => Number(a <= b)],
  notEqual: [tf.notEqual, (a, b) => Number(a !== b)],
};
const LOGIC: Readonly<Record<string, Binary>> = {
  logicalAnd: [tf.logicalAnd, (a, b) => a & b],
  logicalOr: [tf.logicalOr, (a, b) => a | b],
  logicalXor: [tf.logicalXor, (a, b) => a ^ b],
};

function pair(draw: Draw): readonly [number[], number[]] {
  const shape = draw.shape(draw.integer(0, draw.chance(0.1) ? 8 : 4), 4);
  const some = (): number[] => shape.slice(draw.chance(0.3) ? draw.integer(0, shape.length) : 0);
  return [some(), some()].map((own) => own.map((n) => (draw.chance(0.25) ? 1 : n))) as [number[], number[]];
}

function binaryCase(name: string, [op, reference]: Binary, a: Nd, b: Nd, dtype: Nd["dtype"]): FuzzCase {
  const expected = fill(broadcast(a.shape, b.shape), dtype, (at) => {
    return reference(getBroadcast(a, at), getBroadcast(b, at));
  });
  const label = `${name} of ${a.dtype} [${a.shape}] and [${b.shape}]`;
  return { name: label, run: () => op(tensor(a), tensor(b)), expected, tolerance: dtype === "float32" ? FLOAT : 0 };
}

const binary: Generator = (draw) => {
  const [a, b] = pair(draw);
  const kind = draw.integer(0, 4);
  if (kind === 0) {
    const name = draw.pick(Object.keys(NUMBERS));
    return binaryCase(name, NUMBERS[name]!, draw.array(a, "int32"), draw.array(b, "int32"), "int32");
  }
  if (kind === 1) {
    const name = draw.pick(Object.keys(LOGIC));
    return binaryCase(name, LOGIC[name]!, draw.array(a, "bool"), draw.array(b, "bool"), "bool");
  }
  if (kind === 2) {
    const name = draw.pick(Object.keys(COMPARISONS));
    const make = draw.chance(0.3) ? (s: number[]) => draw.array(s, "int32") : draw.wild;
    return binaryCase(name, COMPARISONS[name]!, make(a), make(b), "bool");
  }
  const name = draw.pick(Object.keys(FLOATS));
  if (name === "prelu") return binaryCase(name, FLOATS.prelu!, draw.wild(a), draw.array(a.slice(1)), "float32");
  return binaryCase(name, FLOATS[name]!, draw.wild(a), draw.wild(b), "float32");
};

const division: Generator = (draw) => {
  const [a, b] = pair(draw);
  const dtype = draw.pick(["int32", "float32"] as const);
  const [x, given] = [draw.array(a, dtype), draw.array(b, dtype)];
  const y = { ...given, values: given.values.map((v) => (Math.abs(v) < 0.5 ? 2 : v)) };
  const kind = draw.pick(["floorDiv", "mod", "pow"] as const);
  if (kind === "floorDiv") return binaryCase(kind, [tf.floorDiv, (p, q) => Math.floor(p / q)], x, y, dtype);
  if (kind === "mod") return binaryCase(kind, [tf.mod, (p, q) => p - q * Math.floor(p / q)], x, y, dtype);
  const base = { ...x, dtype: "float32" as const, values: x.values.map((v) => Math.abs(v) + 0.25) };
  return binaryCase(kind, [tf.pow, (p, q) => p ** q], base, draw.array(b), "float32");
};

const where: Generator = (draw) => {
  const shape = draw.shape(draw.integer(0, 5), 4);
  const dtype = draw.pick(["float32", "int32", "bool"] as const);
  const thin = (): number[] => shape.map((n) => (draw.chance(0.2) ? 1 : n));
  const [c, t, e] = [draw.array(thin(), "bool"), draw.array(thin(), dtype), draw.array(thin(), dtype)];
  const all = broadcast(broadcast(c.shape, t.shape), e.shape);
  return {
    name: `where [${c.shape}] ${dtype} [${t.shape}] [${e.shape}]`,
    run: () => tf.where(tensor(c), tensor(t), tensor(e)),
    expected: fill(all, dtype, (at) => getBroadcast(getBroadcast(c, at) ? t : e, at)),
  };
};

const states: Generator = (draw) => {
  const x = draw.wild(draw.shape(draw.integer(0, 3)));
  const [name, op, reference] = draw.pick([
    ["isNaN", tf.isNaN, (v: number) => Number(Number.isNaN(v))],
    ["isInf", tf.isInf, (v: number) => Number(Math.abs(v) === Number.POSITIVE_INFINITY)],
    ["isFinite", tf.isFinite, (v: number) => Number(Number.isFinite(v))],
  ] as const);
  return {
    name: `${name} [${x.shape}]`,
    run: () => op(tensor(x)),
    expected: { ...x, dtype: "bool", values: x.values.map(reference) },
  };
};

const cast: Generator = (draw) => {
  const shape = draw.shape(draw.integer(0, 3));
  const [from, to] = [
    draw.pick(["float32", "int32", "bool"] as const),
    draw.pick(["float32", "int32", "bool"] as const),
  ];
  const x = from === "float32" && to === "bool" ? draw.wild(shape) : draw.array(shape, from);
  const value = (v: number): number => (to === "bool" ? Number(v !== 0) : to === "int32" ? Math.trunc(v) + 0 : v);
  return {
    name: `cast ${from} to ${to} [${shape}]`,
    run: () => tf.cast(tensor(x), to),
    expected: { ...x, dtype: to, values: x.values.map(value) },
  };
};

/** Functions of single values. */
export const elementwise: readonly Generator[] = [
  unary,
  unary,
  unary,
  unary,
  integerUnary,
  binary,
  binary,
  binary,
  binary,
  division,
  where,
  states,
  cast,
];
