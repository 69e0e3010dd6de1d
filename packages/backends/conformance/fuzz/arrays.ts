import * as tf from "@tensorflow/tfjs";

/** Values in row-major order, in double precision: what the references compute with. */
export interface Nd {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
}

/** Number of values of a shape. */
export const count = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** Makes an array value by value from coordinates. */
export function fill(shape: readonly number[], dtype: Nd["dtype"], value: (at: readonly number[]) => number): Nd {
  const values: number[] = [];
  const at = shape.map(() => 0);
  for (let i = 0; i < count(shape); i++) {
    values.push(value([...at]));
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at[axis]! += 1;
      if (at[axis]! < shape[axis]!) break;
      at[axis] = 0;
    }
  }
  return { shape, dtype, values };
}

/** The value at some coordinates. */
export function get({ shape, values }: Nd, at: readonly number[]): number {
  let index = 0;
  for (const [axis, size] of shape.entries()) index = index * size + at[axis]!;
  return values[index]!;
}

/** The value at coordinates of the shape that an array is broadcast to. */
export function getBroadcast(x: Nd, at: readonly number[]): number {
  const missing = at.length - x.shape.length;
  return get(
    x,
    x.shape.map((size, axis) => (size === 1 ? 0 : at[axis + missing]!)),
  );
}

/** The shape of two arrays that are broadcast together. */
export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [m, n] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    return m === 1 ? n : m;
  });
}

/** A tensor of an array's values; NaNs get either sign, by turns. */
export function tensor<R extends tf.Rank = tf.Rank>({ shape, values, dtype }: Nd): tf.Tensor<R> {
  if (dtype !== "float32") return tf.tensor([...values], [...shape] as never, dtype);
  const floats = Float32Array.from(values);
  const bits = new Uint32Array(floats.buffer);
  for (const [i, value] of values.entries()) if (Number.isNaN(value)) bits[i] = i % 2 ? 0xffc00000 : 0x7fc00000;
  return tf.tensor(floats, [...shape] as never);
}

/** Random choices that a seed determines. */
export interface Draw {
  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  pick<T>(values: readonly T[]): T;
  chance(p: number): boolean;
  /** A shape of `rank` axes of 1 to `high` values. */
  shape(rank: number, high?: number): number[];
  /** Values between -3 and 3 with repetitions and zeros; integers for the other types. */
  array(shape: readonly number[], dtype?: Nd["dtype"]): Nd;
  /** Like `array`, with some NaNs and infinities among the values. */
  wild(shape: readonly number[]): Nd;
  permutation(length: number): number[];
}

/** A {@link Draw} from a seed: a multiplicative congruential generator modulo 2³¹ − 1. */
export function draw(seed: number): Draw {
  let state = (seed % 2147483646) + 1;
  const next = (): number => {
    state = (state * 48271) % 2147483647;
    return (state - 1) / 2147483646;
  };
  for (let i = 0; i < 8; i++) next();
  const integer = (low: number, high: number): number =>
    low + Math.min(high - low, Math.floor(next() * (high - low + 1)));
  const float = (): number => Math.fround(next() < 0.2 ? integer(-3, 3) : 6 * next() - 3);
  const array: Draw["array"] = (shape, dtype = "float32") => {
    const value = () => (dtype === "float32" ? float() : dtype === "int32" ? integer(-9, 9) : integer(0, 1));
    return { shape, dtype, values: Array.from({ length: count(shape) }, value) };
  };
  return {
    integer,
    pick: (values) => values[integer(0, values.length - 1)]!,
    chance: (p) => next() < p,
    shape: (rank, high = 5) => Array.from({ length: rank }, () => integer(1, high)),
    array,
    wild(shape) {
      const x = array(shape);
      const special = [Number.NaN, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0];
      return { ...x, values: x.values.map((v) => (next() < 0.15 ? special[integer(0, special.length - 1)]! : v)) };
    },
    permutation(length) {
      const order = [...Array(length).keys()];
      for (let i = length - 1; i > 0; i--) {
        const k = integer(0, i);
        [order[i], order[k]] = [order[k]!, order[i]!];
      }
      return order;
    },
  };
}
