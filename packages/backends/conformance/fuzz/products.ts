import * as tf from "@tensorflow/tfjs";
import { broadcast, type Draw, fill, get, getBroadcast, type Nd, tensor } from "./arrays.js";
import { FLOAT, type Generator } from "./case.js";

/** Functions that fused kernels end with. */
export const ACTIVATIONS: Readonly<Record<string, (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  relu6: (x) => (x < 0 ? 0 : Math.min(x, 6)),
  elu: (x) => (x >= 0 ? x : Math.expm1(x)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  leakyrelu: (x) => (x < 0 ? 0.125 * x : x),
};

interface Matrices {
  readonly a: Nd;
  readonly b: Nd;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly product: Nd;
}

function matrices(draw: Draw, dtype: "float32" | "int32", extra: number): Matrices {
  const [m, n] = [draw.integer(1, 9), draw.integer(1, 20)];
  const inner = draw.chance(0.08) ? 0 : draw.integer(1, 9);
  const [transposeA, transposeB] = [draw.chance(0.5), draw.chance(0.5)];
  const lead = draw.shape(extra, 3);
  const thin = (): number[] => lead.map((size) => (draw.chance(0.25) ? 1 : size));
  const [leadA, leadB] = [thin(), thin()];
  const a = draw.array([...leadA, ...(transposeA ? [inner, m] : [m, inner])], dtype);
  const b = draw.array([...leadB, ...(transposeB ? [n, inner] : [inner, n])], dtype);
  const product = fill([...broadcast(leadA, leadB), m, n], dtype, (at) => {
    const [i, j] = at.slice(-2) as [number, number];
    const front = (x: Nd, last: number[]): number => getLead(x, at.slice(0, -2), last);
    let sum = 0;
    for (let k = 0; k < inner; k++)
      sum += front(a, transposeA ? [k, i] : [i, k]) * front(b, transposeB ? [j, k] : [k, j]);
    return sum;
  });
  return { a, b, transposeA, transposeB, product };
}

function getLead(x: Nd, lead: readonly number[], last: readonly number[]): number {
  const own = x.shape.slice(0, -2);
  return get(x, [...own.map((size, i) => (size === 1 ? 0 : lead[i]!)), ...last]);
}

const matMul: Generator = (draw) => {
  const dtype = draw.pick(["float32", "float32", "int32"] as const);
  const { a, b, transposeA, transposeB, product } = matrices(draw, dtype, draw.integer(0, 2));
  return {
    name: `matMul ${dtype} [${a.shape}] [${b.shape}] ${transposeA} ${transposeB}`,
    run: () => tf.matMul(tensor(a), tensor(b), transposeA, transposeB),
    expected: product,
    tolerance: dtype === "int32" ? 0 : FLOAT,
  };
};

const fused: Generator = (draw) => {
  const dtype = draw.chance(0.2) ? "int32" : "float32";
  const { a, b, transposeA, transposeB, product } = matrices(draw, dtype, 0);
  const n = product.shape.at(-1)!;
  const bias = draw.chance(0.7) ? draw.array(draw.pick([[n], [1], []]), dtype) : undefined;
  const names = dtype === "int32" ? ["linear", "relu"] : Object.keys(ACTIVATIONS);
  const activation = draw.pick(names);
  const expected = fill(product.shape, dtype, (at) =>
    ACTIVATIONS[activation]!(get(product, at) + (bias ? getBroadcast(bias, at) : 0)),
  );
  return {
    name: `fused.matMul ${dtype} [${a.shape}] [${b.shape}] ${transposeA} ${transposeB}, bias [${bias?.shape}], ${activation}`,
    run: () =>
      tf.fused.matMul({
        ...{ a: tensor(a), b: tensor(b), transposeA, transposeB, leakyreluAlpha: 0.125 },
        ...{ activation: activation as "relu", ...(bias ? { bias: tensor(bias) } : {}) },
      }),
    expected,
    tolerance: dtype === "int32" ? 0 : FLOAT,
  };
};

const EQUATIONS = [
  "ij,jk->ik",
  "ij->ji",
  "ij,ij->",
  "bij,bjk->bik",
  "i,j->ij",
  "bij,kj->bik",
  "ij->i",
  "bhqd,bhkd->bhqk",
  "ij,j->i",
];

const einsum: Generator = (draw) => {
  const equation = draw.pick(EQUATIONS);
  const [from, to] = equation.split("->") as [string, string];
  const terms = from.split(",");
  const sizes: Record<string, number> = {};
  for (const axis of from.replaceAll(",", "")) sizes[axis] ??= draw.integer(1, 4);
  const types = draw.chance(0.3) ? (["float32", "int32"] as const) : (["float32", "float32"] as const);
  const operands = terms.map((term, i) =>
    draw.array(
      [...term].map((axis) => sizes[axis]!),
      types[i]!,
    ),
  );
  const summed = Object.keys(sizes).filter((axis) => !to.includes(axis));
  const expected = fill(
    [...to].map((axis) => sizes[axis]!),
    "float32",
    (at) => {
      const inner = fill(
        summed.map((axis) => sizes[axis]!),
        "float32",
        (rest) => {
          const place = (axis: string): number =>
            to.includes(axis) ? at[to.indexOf(axis)]! : rest[summed.indexOf(axis)]!;
          return operands.reduce((product, x, i) => product * get(x, [...terms[i]!].map(place)), 1);
        },
      );
      return inner.values.reduce((sum, v) => sum + v, 0);
    },
  );
  return {
    name: `einsum ${equation} ${operands.map(({ dtype, shape }) => `${dtype} [${shape}]`).join(" ")}`,
    run: () => tf.einsum(equation, ...operands.map((x) => tensor(x))),
    expected,
    tolerance: FLOAT,
  };
};

const batchNorm: Generator = (draw) => {
  const x = draw.array(draw.shape(4, 4));
  const c = [x.shape[3]!];
  const [mean, given, offset, scale] = [draw.array(c), draw.array(c), draw.array(c), draw.array(c)];
  const variance = { ...given, values: given.values.map((v) => Math.abs(v) + 0.5) };
  const expected = fill(x.shape, "float32", (at) => {
    const k = [at[3]!];
    return ((get(x, at) - get(mean, k)) / Math.sqrt(get(variance, k) + 0.001)) * get(scale, k) + get(offset, k);
  });
  return {
    name: `batchNorm [${x.shape}]`,
    run: () =>
      tf.batchNorm(
        tensor(x),
        ...([mean, variance, offset, scale].map((v) => tensor(v)) as [
          tf.Tensor1D,
          tf.Tensor1D,
          tf.Tensor1D,
          tf.Tensor1D,
        ]),
        0.001,
      ),
    expected,
    tolerance: FLOAT,
  };
};

/** Products of matrices, and what is made of them. */
export const products: readonly Generator[] = [matMul, matMul, fused, fused, einsum, einsum, batchNorm];
