import * as tf from "@tensorflow/tfjs";
import { count, fill, get, tensor } from "./arrays.js";
import { FLOAT, type Generator } from "./case.js";
import { some, TYPES } from "./joining.js";

const transpose: Generator = (draw) => {
  const x = some(draw, 0);
  const order = draw.permutation(x.shape.length);
  const shape = order.map((axis) => x.shape[axis]!);
  const from = (at: readonly number[]): number[] => x.shape.map((_, axis) => at[order.indexOf(axis)]!);
  return {
    name: `transpose ${x.dtype} [${x.shape}] by [${order}]`,
    run: () => tf.transpose(tensor(x), order),
    expected: fill(shape, x.dtype, (at) => get(x, from(at))),
  };
};

const reverse: Generator = (draw) => {
  const x = some(draw);
  const axes = [...x.shape.keys()].filter(() => draw.chance(0.5));
  const from = (at: readonly number[]): number[] =>
    at.map((i, axis) => (axes.includes(axis) ? x.shape[axis]! - 1 - i : i));
  return {
    name: `reverse ${x.dtype} [${x.shape}] along [${axes}]`,
    run: () => tf.reverse(tensor(x), axes),
    expected: fill(x.shape, x.dtype, (at) => get(x, axes.length ? from(at) : [...at])),
  };
};

const tile: Generator = (draw) => {
  const x = some(draw, 1, 4);
  const reps = x.shape.map(() => draw.integer(1, 2));
  return {
    name: `tile ${x.dtype} [${x.shape}] by [${reps}]`,
    run: () => tf.tile(tensor(x), reps),
    expected: fill(
      x.shape.map((n, axis) => n * reps[axis]!),
      x.dtype,
      (at) =>
        get(
          x,
          at.map((i, axis) => i % x.shape[axis]!),
        ),
    ),
  };
};

const slice: Generator = (draw) => {
  const x = some(draw);
  const begin = x.shape.map((n) => draw.integer(0, n - 1));
  const size = x.shape.map((n, axis) => draw.integer(0, n - begin[axis]!));
  return {
    name: `slice ${x.dtype} [${x.shape}] from [${begin}] of [${size}]`,
    run: () => tf.slice(tensor(x), begin, size),
    expected: fill(size, x.dtype, (at) =>
      get(
        x,
        at.map((i, axis) => i + begin[axis]!),
      ),
    ),
  };
};

const strided: Generator = (draw) => {
  const x = some(draw, 1, 4);
  const step = x.shape.map(() => draw.pick([1, 2, 3, -1, -2]));
  const begin = x.shape.map((n) => draw.integer(0, n - 1));
  const size = x.shape.map((n, axis) =>
    draw.integer(
      1,
      step[axis]! > 0 ? Math.ceil((n - begin[axis]!) / step[axis]!) : Math.floor(begin[axis]! / -step[axis]!) + 1,
    ),
  );
  const stop = begin.map((b, axis) => b + (size[axis]! - 1) * step[axis]! + Math.sign(step[axis]!));
  const mask = stop.reduce((bits, end, axis) => (end < 0 ? bits | (1 << axis) : bits), 0);
  return {
    name: `stridedSlice ${x.dtype} [${x.shape}] from [${begin}] to [${stop}] by [${step}]`,
    run: () => tf.stridedSlice(tensor(x), begin, stop, step, 0, mask),
    expected: fill(size, x.dtype, (at) =>
      get(
        x,
        at.map((i, axis) => begin[axis]! + i * step[axis]!),
      ),
    ),
  };
};

/** A slice in which some axes are taken by one number, and new ones put in. */
const masked: Generator = (draw) => {
  const x = some(draw, 1, 4);
  const [begin, stop, step]: [number[], number[], number[]] = [[], [], []];
  const out: number[] = [];
  let [shrink, fresh, bit] = [0, 0, 0];
  for (const n of x.shape) {
    if (draw.chance(0.2)) {
      [begin, stop, step].map((list, i) => list.push([0, 1, 1][i]!));
      fresh |= 1 << bit++;
      out.push(1);
    }
    const first = draw.integer(0, n - 1);
    begin.push(first);
    if (draw.chance(0.4)) {
      stop.push(first + 1);
      step.push(1);
      shrink |= 1 << bit++;
    } else {
      const stride = draw.pick([1, 2, 3]);
      stop.push(n);
      step.push(stride);
      out.push(Math.ceil((n - first) / stride));
      bit++;
    }
  }
  const from = (at: readonly number[]): number[] => {
    const place: number[] = [];
    let k = 0;
    for (const [i, first] of begin.entries()) {
      if (fresh & (1 << i)) k++;
      else place.push(shrink & (1 << i) ? first : first + at[k++]! * step[i]!);
    }
    return place;
  };
  return {
    name: `stridedSlice ${x.dtype} [${x.shape}] from [${begin}] by [${step}], shrink ${shrink}, new ${fresh}`,
    run: () => tf.stridedSlice(tensor(x), begin, stop, step, 0, 0, 0, fresh, shrink),
    expected: fill(out, x.dtype, (at) => get(x, from(at))),
  };
};

const pad: Generator = (draw) => {
  const x = some(draw, 1, 4);
  const mode = draw.pick(["constant", "reflect", "symmetric"] as const);
  const widths = x.shape.map((n): [number, number] => {
    const most = mode === "constant" ? 3 : Math.min(2, mode === "reflect" ? n - 1 : n);
    return [draw.integer(0, most), draw.integer(0, most)];
  });
  const value = draw.integer(0, 1);
  const shift = mode === "reflect" ? 0 : 1;
  const mirror = (i: number, n: number): number => (i < 0 ? -i - shift : i >= n ? 2 * (n - 1) - i + shift : i);
  const expected = fill(
    x.shape.map((n, i) => n + widths[i]![0] + widths[i]![1]),
    x.dtype,
    (at) => {
      const place = at.map((v, i) => v - widths[i]![0]);
      if (mode !== "constant")
        return get(
          x,
          place.map((v, i) => mirror(v, x.shape[i]!)),
        );
      return place.every((v, i) => v >= 0 && v < x.shape[i]!) ? get(x, place) : value;
    },
  );
  const run = () => (mode === "constant" ? tf.pad(tensor(x), widths, value) : tf.mirrorPad(tensor(x), widths, mode));
  return { name: `pad ${mode} ${x.dtype} [${x.shape}] by [${widths.join(" | ")}]`, run, expected };
};

const broadcastTo: Generator = (draw) => {
  const shape = draw.shape(draw.integer(1, 5), 4);
  const x = draw.array(
    shape.slice(draw.integer(0, shape.length)).map((n) => (draw.chance(0.4) ? 1 : n)),
    draw.pick(TYPES),
  );
  const missing = shape.length - x.shape.length;
  const expected = fill(shape, x.dtype, (at) =>
    get(
      x,
      x.shape.map((n, i) => (n === 1 ? 0 : at[i + missing]!)),
    ),
  );
  return {
    name: `broadcastTo ${x.dtype} [${x.shape}] to [${shape}]`,
    run: () => tf.broadcastTo(tensor(x), shape),
    expected,
  };
};

const reshape: Generator = (draw) => {
  const x = some(draw, 1, 4);
  const run = () => tf.reshape(tf.expandDims(tensor(x), draw.integer(0, 0)), [-1]);
  return { name: `reshape ${x.dtype} [${x.shape}]`, run, expected: { ...x, shape: [count(x.shape)] } };
};

const blocks: Generator = (draw) => {
  const [batch, h, w, c, b] = [
    draw.integer(1, 2),
    draw.integer(1, 3),
    draw.integer(1, 3),
    draw.integer(1, 3),
    draw.integer(1, 3),
  ] as const;
  const type = draw.pick(TYPES);
  const kind = draw.pick(["depthToSpace", "spaceToBatchND", "batchToSpaceND"] as const);
  if (kind === "depthToSpace") {
    if (b < 2) return reshape(draw);
    const x = draw.array([batch, h, w, c * b * b]);
    const value = ([n, y, z, k]: readonly number[]): number =>
      get(x, [n!, Math.floor(y! / b), Math.floor(z! / b), ((y! % b) * b + (z! % b)) * c + k!]);
    return {
      name: `${kind} [${x.shape}] ${b}`,
      run: () => tf.depthToSpace(tensor<tf.Rank.R4>(x), b),
      expected: fill([batch, h * b, w * b, c], "float32", value),
    };
  }
  const wide = draw.array([batch, h * b, w * b, c], type);
  const narrow = fill([batch * b * b, h, w, c], type, ([n, y, z, k]) => {
    const phase = Math.floor(n! / batch);
    return get(wide, [n! % batch, y! * b + Math.floor(phase / b), z! * b + (phase % b), k!]);
  });
  const none = [
    [0, 0],
    [0, 0],
  ];
  return kind === "spaceToBatchND"
    ? {
        name: `${kind} ${type} [${wide.shape}] ${b}`,
        run: () => tf.spaceToBatchND(tensor(wide), [b, b], none),
        expected: narrow,
      }
    : {
        name: `${kind} ${type} [${narrow.shape}] ${b}`,
        run: () => tf.batchToSpaceND(tensor(narrow), [b, b], none),
        expected: wide,
      };
};

const made: Generator = (draw) => {
  const shape = draw.shape(draw.integer(0, 4));
  const dtype = draw.pick(TYPES);
  const value = draw.integer(0, 1);
  if (draw.chance(0.5))
    return {
      name: `fill ${dtype} [${shape}]`,
      run: () => tf.fill(shape, value, dtype),
      expected: fill(shape, dtype, () => value),
    };
  const n = draw.integer(1, 20);
  return {
    name: `linspace ${n}`,
    run: () => tf.linspace(-1, 2, n),
    expected: fill([n], "float32", ([i]) => (n === 1 ? -1 : -1 + (3 * i!) / (n - 1))),
    tolerance: FLOAT,
  };
};

/** Operations that move values. */
export const movement: readonly Generator[] = [
  ...[transpose, transpose, reverse, tile, slice, strided, strided, masked],
  ...[pad, pad, broadcastTo, reshape, blocks, made],
];
