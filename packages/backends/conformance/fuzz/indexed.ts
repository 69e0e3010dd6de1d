import * as tf from "@tensorflow/tfjs";
import { count, fill, get, tensor } from "./arrays.js";
import { FLOAT, type Generator } from "./case.js";

const TYPES = ["float32", "int32", "bool"] as const;

const gather: Generator = (draw) => {
  const batchDims = draw.integer(0, 2);
  const axis = batchDims + draw.integer(0, 1);
  const x = draw.array(draw.shape(axis + 1 + draw.integer(0, 2), 4), draw.pick(TYPES));
  const own = draw.shape(draw.integer(0, 2), 3);
  const shape = [...x.shape.slice(0, batchDims), ...own];
  const indices = {
    shape,
    dtype: "int32" as const,
    values: Array.from({ length: count(shape) }, () => draw.integer(0, x.shape[axis]! - 1)),
  };
  const out = [...x.shape.slice(0, axis), ...own, ...x.shape.slice(axis + 1)];
  const value = (at: readonly number[]): number => {
    const place = [...at.slice(0, batchDims), ...at.slice(axis, axis + own.length)];
    return get(x, [...at.slice(0, axis), get(indices, place), ...at.slice(axis + own.length)]);
  };
  return {
    name: `gather ${x.dtype} [${x.shape}] [${shape}] along ${axis}, batchDims ${batchDims}`,
    run: () => tf.gather(tensor(x), tensor(indices), axis, batchDims),
    expected: fill(out, x.dtype, value),
  };
};

const gatherNd: Generator = (draw) => {
  const x = draw.array(draw.shape(draw.integer(1, 4), 4), draw.pick(["float32", "int32"]));
  const depth = draw.integer(1, x.shape.length);
  const lead = draw.shape(draw.integer(1, 2), 3);
  const indices = fill([...lead, depth], "int32", (at) => draw.integer(0, x.shape[at.at(-1)!]! - 1));
  const expected = fill([...lead, ...x.shape.slice(depth)], x.dtype, (at) => {
    const place = Array.from({ length: depth }, (_, k) => get(indices, [...at.slice(0, lead.length), k]));
    return get(x, [...place, ...at.slice(lead.length)]);
  });
  return {
    name: `gatherND ${x.dtype} [${x.shape}] [${indices.shape}]`,
    run: () => tf.gatherND(tensor(x), tensor(indices)),
    expected,
  };
};

const scatter: Generator = (draw) => {
  const shape = draw.shape(draw.integer(1, 3), 4);
  const depth = draw.integer(1, shape.length);
  const n = draw.integer(1, 5);
  const indices = fill([n, depth], "int32", (at) => draw.integer(0, shape[at[1]!]! - 1));
  const updates = draw.array([n, ...shape.slice(depth)], draw.pick(["float32", "int32"]));
  const expected = fill(shape, updates.dtype, (at) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      if (at.slice(0, depth).every((v, k) => v === get(indices, [i, k]))) sum += get(updates, [i, ...at.slice(depth)]);
    }
    return sum;
  });
  return {
    name: `scatterND ${updates.dtype} [${updates.shape}] to [${shape}]`,
    run: () => tf.scatterND(tensor(indices), tensor(updates), shape),
    expected,
    tolerance: FLOAT,
  };
};

const segments: Generator = (draw) => {
  const x = draw.array(draw.shape(draw.integer(1, 3), 6), draw.pick(["float32", "float32", "int32"]));
  const n = draw.integer(1, 5);
  const ids = {
    shape: [x.shape[0]!],
    dtype: "int32" as const,
    values: Array.from({ length: x.shape[0]! }, () => draw.integer(-1, n)),
  };
  const expected = fill([n, ...x.shape.slice(1)], x.dtype, ([segment, ...rest]) => {
    let sum = 0;
    for (const [i, id] of ids.values.entries()) if (id === segment) sum += get(x, [i, ...rest]);
    return sum;
  });
  return {
    name: `unsortedSegmentSum ${x.dtype} [${x.shape}] into ${n}`,
    run: () => tf.unsortedSegmentSum(tensor(x), tensor(ids), n),
    expected,
    tolerance: FLOAT,
  };
};

const oneHot: Generator = (draw) => {
  const shape = draw.shape(draw.integer(0, 3), 4);
  const depth = draw.integer(2, 6);
  const indices = {
    shape,
    dtype: "int32" as const,
    values: Array.from({ length: count(shape) }, () => draw.integer(-1, depth)),
  };
  const dtype = draw.pick(TYPES);
  const [on, off] = dtype === "bool" ? [1, 0] : [draw.integer(-3, 3), draw.integer(-3, 3)];
  const expected = fill([...shape, depth], dtype, (at) => (get(indices, at.slice(0, -1)) === at.at(-1) ? on : off));
  return {
    name: `oneHot ${dtype} [${shape}] ${depth}`,
    run: () => tf.oneHot(tensor(indices), depth, on, off, dtype),
    expected,
  };
};

const band: Generator = (draw) => {
  const shape = draw.shape(draw.integer(2, 4), 5);
  const x = draw.array(shape, draw.pick(TYPES));
  const [m, n] = shape.slice(-2) as [number, number];
  const [lower, upper] = [draw.integer(-1, m), draw.integer(-1, n)];
  const expected = fill(shape, x.dtype, (at) => {
    const [i, j] = at.slice(-2) as [number, number];
    return (lower < 0 || i - j <= lower) && (upper < 0 || j - i <= upper) ? get(x, at) : 0;
  });
  return {
    name: `bandPart ${x.dtype} [${shape}] ${lower} ${upper}`,
    run: () => tf.linalg.bandPart(tensor(x), lower, upper),
    expected,
  };
};

const bins: Generator = (draw) => {
  const n = draw.integer(1, 12);
  const size = draw.integer(1, 6);
  const values = Array.from({ length: n }, () => draw.integer(0, size));
  const x = { shape: [n], dtype: "int32" as const, values };
  const expected = fill([size], "float32", ([bin]) => values.filter((v) => v === bin).length);
  return {
    name: `bincount [${n}] into ${size}`,
    run: () => tf.cast(tf.bincount(tensor<tf.Rank.R1>(x), tf.tensor1d([]), size), "float32"),
    expected,
  };
};

const distinct: Generator = (draw) => {
  const x = draw.array([draw.integer(1, 12)], "int32");
  const values = [...new Set(x.values)];
  return {
    name: `unique [${x.shape}]`,
    run: () => {
      const { values: found, indices } = tf.unique(tensor(x));
      return [found, indices];
    },
    expected: [
      { shape: [values.length], dtype: "int32", values },
      { shape: x.shape, dtype: "int32", values: x.values.map((v) => values.indexOf(v)) },
    ],
  };
};

/** Operations that find places by number. */
export const indexed: readonly Generator[] = [
  gather,
  gather,
  gatherNd,
  scatter,
  segments,
  oneHot,
  band,
  bins,
  distinct,
];
