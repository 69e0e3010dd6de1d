import * as tf from "@tensorflow/tfjs";
import { broadcast, fill, get, getBroadcast, type Nd, tensor } from "./arrays.js";
import { FLOAT, type Generator } from "./case.js";

const ints = (values: readonly number[], shape: readonly number[] = [values.length]): Nd => ({
  shape,
  dtype: "int32",
  values,
});

const segments: Generator = (draw) => {
  const data = draw.array([draw.integer(1, 5), ...draw.shape(draw.integer(0, 2), 3)]);
  const n = draw.integer(1, 6);
  const indices = Array.from({ length: n }, () => draw.integer(0, data.shape[0]! - 1));
  const ids: number[] = [];
  for (let i = 0; i < n; i++) ids.push((ids[i - 1] ?? 0) + draw.pick([0, 0, 1, 2]) * (i > 0 ? 1 : 0));
  const mean = draw.chance(0.5);
  const expected = fill([ids.at(-1)! + 1, ...data.shape.slice(1)], "float32", ([id, ...rest]) => {
    const members = indices.filter((_, i) => ids[i] === id).map((row) => get(data, [row, ...rest]));
    return members.reduce((sum, v) => sum + v, 0) / (mean ? Math.max(1, members.length) : 1);
  });
  const op = mean ? tf.sparse.sparseSegmentMean : tf.sparse.sparseSegmentSum;
  return {
    name: `sparseSegment${mean ? "Mean" : "Sum"} [${data.shape}] ${indices} into ${ids}`,
    run: () => op(tensor<tf.Rank.R1>(data), tf.tensor1d(indices, "int32"), tf.tensor1d(ids, "int32")),
    expected,
    tolerance: FLOAT,
  };
};

const toDense: Generator = (draw) => {
  const shape = draw.shape(draw.integer(1, 3), 4);
  const total = shape.reduce((product, size) => product * size, 1);
  const places = draw.permutation(total).slice(0, draw.integer(1, total));
  const values = draw.array([places.length], draw.pick(["float32", "int32"]));
  const coordinates = places.flatMap((place) => {
    const at: number[] = [];
    for (const size of [...shape].reverse()) {
      at.unshift(place % size);
      place = Math.floor(place / size);
    }
    return at;
  });
  const fallback = draw.integer(-1, 1);
  let i = 0;
  return {
    name: `sparseToDense ${values.dtype} [${shape}], ${places.length} values`,
    run: () =>
      tf.sparseToDense(
        tensor(ints(coordinates, [places.length, shape.length])),
        tensor<tf.Rank.R1>(values),
        [...shape],
        tf.scalar(fallback, values.dtype),
      ),
    expected: fill(shape, values.dtype, () => {
      const found = places.indexOf(i++);
      return found < 0 ? fallback : values.values[found]!;
    }),
  };
};

const filled: Generator = (draw) => {
  const rows = draw.integer(1, 5);
  const taken = Array.from({ length: draw.integer(0, 6) }, () => draw.integer(0, rows - 1)).sort((a, b) => a - b);
  if (taken.length === 0) return segments(draw);
  const entries = taken.map((row, i) => ({ row, column: draw.integer(0, 3), i, value: draw.integer(-9, 9) }));
  const out: { row: number; column: number; value: number }[] = [];
  const places: number[] = [];
  for (let row = 0; row < rows; row++) {
    const own = entries.filter((entry) => entry.row === row);
    for (const entry of own) places[entry.i] = out.push(entry) - 1;
    if (own.length === 0) out.push({ row, column: 0, value: -7 });
  }
  return {
    name: `sparseFillEmptyRows of ${rows}, entries in ${taken}`,
    run: () => {
      const found = tf.sparse.sparseFillEmptyRows(
        tensor<tf.Rank.R2>(
          ints(
            entries.flatMap(({ row, column }) => [row, column]),
            [entries.length, 2],
          ),
        ),
        tensor<tf.Rank.R1>(ints(entries.map(({ value }) => value))),
        tf.tensor1d([rows, 4], "int32"),
        tf.scalar(-7, "int32"),
      );
      return ["outputIndices", "outputValues", "emptyRowIndicator", "reverseIndexMap"].map((key) => found[key]!);
    },
    expected: [
      ints(
        out.flatMap(({ row, column }) => [row, column]),
        [out.length, 2],
      ),
      ints(out.map(({ value }) => value)),
      {
        ...{ shape: [rows], dtype: "bool" },
        values: Array.from({ length: rows }, (_, row) => Number(!taken.includes(row))),
      },
      ints(places),
    ],
  };
};

const reshaped: Generator = (draw) => {
  const shape = draw.shape(2, 4);
  const total = shape[0]! * shape[1]!;
  const wanted = draw.chance(0.5) ? [total] : [shape[1]!, 1, -1];
  const full = wanted.map((size) => (size === -1 ? shape[0]! : size));
  const places = draw
    .permutation(total)
    .slice(0, draw.integer(1, total))
    .sort((a, b) => a - b);
  const at = (place: number, sizes: readonly number[]): number[] => {
    const found: number[] = [];
    for (const size of [...sizes].reverse()) {
      found.unshift(place % size);
      place = Math.floor(place / size);
    }
    return found;
  };
  return {
    name: `sparseReshape [${shape}] to [${wanted}]`,
    run: () => {
      const indices = tensor<tf.Rank.R2>(
        ints(
          places.flatMap((p) => at(p, shape)),
          [places.length, 2],
        ),
      );
      const found = tf.sparse.sparseReshape(indices, tf.tensor1d(shape, "int32"), tf.tensor1d(wanted, "int32"));
      return [found.outputIndices!, found.outputShape!];
    },
    expected: [
      ints(
        places.flatMap((p) => at(p, full)),
        [places.length, full.length],
      ),
      ints(full),
    ],
  };
};

const counted: Generator = (draw) => {
  const rank = draw.integer(1, 2);
  const x = fill(draw.shape(rank, 6), "int32", () => draw.integer(0, 7));
  const size = draw.integer(1, 8);
  const [binary, weighted] = [draw.chance(0.3), draw.chance(0.5)];
  const weights = weighted ? draw.array(x.shape) : draw.array([0]);
  const rows = rank === 2 ? x.shape[0]! : 1;
  const width = x.shape.at(-1)!;
  const expected = fill(rank === 2 ? [rows, size] : [size], "float32", (at) => {
    const [row, bin] = [rank === 2 ? at[0]! : 0, at.at(-1)!];
    let sum = 0;
    for (let i = 0; i < width; i++) {
      if (x.values[row * width + i] === bin) sum += weighted ? weights.values[row * width + i]! : 1;
      if (binary && x.values[row * width + i] === bin) sum = 1;
    }
    return sum;
  });
  return {
    name: `denseBincount [${x.shape}] into ${size}, binary ${binary}, weighted ${weighted}`,
    run: () => tf.denseBincount(tensor<tf.Rank.R1>(x), tensor<tf.Rank.R1>(weights), size, binary),
    expected,
    tolerance: FLOAT,
  };
};

const shapes: Generator = (draw) => {
  const shape = draw.shape(draw.integer(1, 4));
  const part = shape.slice(draw.integer(0, shape.length - 1)).map((size) => (draw.chance(0.4) ? 1 : size));
  return {
    name: `broadcastArgs [${shape}] [${part}]`,
    run: () => tf.broadcastArgs(tf.tensor1d(shape, "int32"), tf.tensor1d(part, "int32")),
    expected: ints(broadcast(shape, part)),
  };
};

/** A kernel that wasm alone has. */
export const exclusive: Generator = (draw) => {
  const shape = draw.shape(draw.integer(0, 5), 3);
  const [a, b] = [
    draw.array(shape, "bool"),
    draw.array(
      shape.map((n) => (draw.chance(0.3) ? 1 : n)),
      "bool",
    ),
  ];
  return {
    name: `LogicalXor [${a.shape}] [${b.shape}]`,
    run: () => tf.engine().runKernel("LogicalXor", { a: tensor(a), b: tensor(b) }) as tf.Tensor,
    expected: fill(shape, "bool", (at) => Number(getBroadcast(a, at) !== getBroadcast(b, at))),
  };
};

/** The error function by its series, which converges everywhere. */
const erf: Generator = (draw) => {
  const x = draw.array(draw.shape(draw.integer(0, 3)));
  const series = (z: number): number => {
    let [sum, term] = [z, z];
    for (let n = 1; n < 80; n++) {
      term *= -(z * z) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  };
  return {
    name: `erf [${x.shape}]`,
    run: () => tf.erf(tensor(x)),
    expected: fill(x.shape, "float32", (at) => series(get(x, at))),
    tolerance: FLOAT,
  };
};

/** Draws from distributions that leave no choice. */
const drawn: Generator = (draw) => {
  const [rows, classes, samples] = [draw.integer(1, 4), draw.integer(2, 6), draw.integer(1, 9)] as const;
  const certain = Array.from({ length: rows }, () => draw.integer(0, classes - 1));
  const normalized = draw.chance(0.5);
  const logits = fill([rows, classes], "float32", ([i, k]) => (k === certain[i!] ? 1 : normalized ? 0 : -1e4));
  return {
    name: `multinomial [${logits.shape}], ${samples} samples, normalized ${normalized}`,
    run: () => tf.multinomial(tensor<tf.Rank.R2>(logits), samples, draw.integer(1, 99), normalized),
    expected: fill([rows, samples], "int32", ([i]) => certain[i!]!),
  };
};

/** Operations on coordinates, counts and chances. */
export const sparse: readonly Generator[] = [
  ...[segments, segments, toDense, filled, reshaped, counted, counted, shapes, erf, drawn],
];
