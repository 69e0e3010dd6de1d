import * as tf from "@tensorflow/tfjs";
import { type Draw, fill, get, type Nd, tensor } from "./arrays.js";
import { FLOAT, type Generator } from "./case.js";

/** A picture, and a value of it, or `outside` beyond its edges. */
function picture(draw: Draw) {
  const x = draw.array([draw.integer(1, 2), draw.integer(1, 6), draw.integer(1, 6), draw.integer(1, 4)]);
  const [, height, width] = x.shape as [number, number, number, number];
  const read = (n: number, row: number, column: number, c: number, outside: number): number =>
    row >= 0 && row < height && column >= 0 && column < width ? get(x, [n, row, column, c]) : outside;
  return { x, height, width, read };
}

/** A number between two bounds that is no simple fraction: roundings are not tied. */
const odd = (draw: Draw, low: number, high: number): number =>
  Math.fround(low + ((high - low) * (draw.integer(1, 9973) + 0.37)) / 9974);

const crop: Generator = (draw) => {
  const { x, height, width, read } = picture(draw);
  const count = draw.integer(1, 3);
  const boxes: Nd = {
    ...{ shape: [count, 4], dtype: "float32" },
    values: Array.from({ length: 4 * count }, () => odd(draw, -0.2, 1.2)),
  };
  const owners: Nd = {
    ...{ shape: [count], dtype: "int32" },
    values: Array.from({ length: count }, () => draw.integer(0, x.shape[0]! - 1)),
  };
  const size: [number, number] = [draw.integer(1, 5), draw.integer(1, 5)];
  const [linear, fillValue] = [draw.chance(0.5), draw.integer(0, 2)];
  const position = (i: number, cells: number, low: number, high: number, length: number): number =>
    cells > 1
      ? low * (length - 1) + (i * (high - low) * (length - 1)) / (cells - 1)
      : 0.5 * (low + high) * (length - 1);
  const expected = fill([count, ...size, x.shape[3]!], "float32", ([b, i, j, c]) => {
    const [y1, x1, y2, x2] = boxes.values.slice(4 * b!, 4 * b! + 4) as [number, number, number, number];
    const [row, column] = [position(i!, size[0], y1, y2, height), position(j!, size[1], x1, x2, width)];
    if (row < 0 || row > height - 1 || column < 0 || column > width - 1) return fillValue;
    const value = (r: number, k: number): number => read(owners.values[b!]!, r, k, c!, 0);
    if (!linear) return value(Math.round(row), Math.round(column));
    const [top, left] = [Math.floor(row), Math.floor(column)];
    const [bottom, right] = [Math.ceil(row), Math.ceil(column)];
    const mix = (r: number): number => value(r, left) + (value(r, right) - value(r, left)) * (column - left);
    return mix(top) + (mix(bottom) - mix(top)) * (row - top);
  });
  return {
    name: `cropAndResize ${linear ? "bilinear" : "nearest"} [${x.shape}], ${count} boxes to [${size}]`,
    run: () =>
      tf.image.cropAndResize(
        ...([tensor<tf.Rank.R4>(x), tensor<tf.Rank.R2>(boxes), tensor<tf.Rank.R1>(owners)] as const),
        ...([size, linear ? "bilinear" : "nearest", fillValue] as const),
      ),
    expected,
    tolerance: FLOAT,
  };
};

const rotate: Generator = (draw) => {
  const { x, height, width, read } = picture(draw);
  const [radians, fillValue] = [odd(draw, -3, 3), draw.integer(0, 2)];
  const center: [number, number] = [odd(draw, 0.2, 0.8), odd(draw, 0.2, 0.8)];
  const [cx, cy] = [center[0] * width, center[1] * height];
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  return {
    name: `rotateWithOffset [${x.shape}] by ${radians} around [${center}]`,
    run: () => tf.image.rotateWithOffset(tensor<tf.Rank.R4>(x), radians, fillValue, center),
    expected: fill(x.shape, "float32", ([n, i, j, c]) => {
      const column = Math.round((j! - cx) * cos - (i! - cy) * sin + cx);
      const row = Math.round((j! - cx) * sin + (i! - cy) * cos + cy);
      return read(n!, row, column, c!, fillValue);
    }),
  };
};

/** All edges but wrapped ones, whose only definition is TensorFlow's program; its core suite holds those. */
const transform: Generator = (draw) => {
  const { x, height, width, read } = picture(draw);
  const each = draw.chance(0.5) ? 1 : x.shape[0]!;
  const one = (): number[] => [
    ...[odd(draw, 0.5, 1.5), odd(draw, -0.4, 0.4), odd(draw, -2, 2)],
    ...[odd(draw, -0.4, 0.4), odd(draw, 0.5, 1.5), odd(draw, -2, 2)],
    ...[odd(draw, -0.05, 0.05), odd(draw, -0.05, 0.05)],
  ];
  const maps: Nd = { shape: [each, 8], dtype: "float32", values: Array.from({ length: each }, one).flat() };
  const [mode, linear] = [draw.pick(["constant", "nearest", "reflect"] as const), draw.chance(0.5)];
  const [fillValue, size] = [draw.integer(0, 2), [draw.integer(1, 6), draw.integer(1, 6)] as [number, number]];
  const clip = (at: number, length: number): number => Math.min(length - 1, Math.max(0, at));
  const within = (at: number, length: number): number => {
    if (mode === "constant") return at;
    if (mode === "nearest") return clip(at, length);
    const phase = ((at % (2 * length)) + 2 * length) % (2 * length);
    return length === 1 ? 0 : clip(phase < length ? phase : 2 * length - 1 - phase, length);
  };
  const expected = fill([x.shape[0]!, ...size, x.shape[3]!], "float32", ([n, i, j, c]) => {
    const m = maps.values.slice(each === 1 ? 0 : 8 * n!, (each === 1 ? 0 : 8 * n!) + 8);
    const scale = m[6]! * j! + m[7]! * i! + 1;
    const column = within((m[0]! * j! + m[1]! * i! + m[2]!) / scale, width);
    const row = within((m[3]! * j! + m[4]! * i! + m[5]!) / scale, height);
    if (!linear) return read(n!, Math.round(row), Math.round(column), c!, fillValue);
    const [top, left] = [Math.floor(row), Math.floor(column)];
    const mix = (r: number): number =>
      (left + 1 - column) * read(n!, r, left, c!, fillValue) + (column - left) * read(n!, r, left + 1, c!, fillValue);
    return (top + 1 - row) * mix(top) + (row - top) * mix(top + 1);
  });
  return {
    name: `transform ${mode} ${linear ? "bilinear" : "nearest"} [${x.shape}] to [${size}]`,
    run: () =>
      tf.image.transform(
        ...([tensor<tf.Rank.R4>(x), tensor<tf.Rank.R2>(maps), linear ? "bilinear" : "nearest"] as const),
        ...([mode, fillValue, size] as const),
      ),
    expected,
    tolerance: 1e-4,
  };
};

/** Greedy choice of boxes by score; each choice takes from what overlaps it, everything when `sigma` is 0. */
const suppression: Generator = (draw) => {
  const n = draw.integer(1, 8);
  const boxes = Array.from({ length: n }, (): [number, number, number, number] => {
    const [y, x] = [odd(draw, 0, 1), odd(draw, 0, 1)];
    return [y, x, y + odd(draw, 0.2, 1), x + odd(draw, 0.2, 1)];
  });
  const scores = Array.from({ length: n }, () => odd(draw, 0, 1));
  const [most, overlap, least] = [draw.integer(1, n), odd(draw, 0.1, 0.9), odd(draw, 0, 0.5)];
  const kind = draw.pick(["V3", "V4", "V5"] as const);
  const sigma = kind === "V5" ? draw.pick([0, 0.5]) : 0;
  const area = ([y, x, v, u]: readonly number[]): number => (v! - y!) * (u! - x!);
  const shared = (a: readonly number[], b: readonly number[]): number => {
    const common =
      Math.max(0, Math.min(a[2]!, b[2]!) - Math.max(a[0]!, b[0]!)) *
      Math.max(0, Math.min(a[3]!, b[3]!) - Math.max(a[1]!, b[1]!));
    return common / (area(a) + area(b) - common);
  };
  const left = [...scores];
  const chosen: number[] = [];
  const values: number[] = [];
  while (chosen.length < most) {
    const best = left.indexOf(Math.max(...left));
    if (!(left[best]! > least)) break;
    chosen.push(best);
    values.push(left[best]!);
    left[best] = Number.NEGATIVE_INFINITY;
    for (const [i, box] of boxes.entries()) {
      const part = shared(box, boxes[best]!);
      if (part >= overlap) left[i] = Number.NEGATIVE_INFINITY;
      else if (sigma > 0) left[i]! *= Math.exp((-0.5 / sigma) * part ** 2);
    }
  }
  const list = (dtype: "int32" | "float32", numbers: readonly number[]): Nd => ({
    shape: [numbers.length],
    dtype,
    values: numbers,
  });
  const given = () => [tf.tensor2d(boxes), tf.tensor1d(scores), most, overlap, least] as const;
  const padded = [...chosen, ...Array<number>(most - chosen.length).fill(0)];
  const results: Record<typeof kind, { run: () => tf.Tensor | tf.Tensor[]; expected: Nd | Nd[] }> = {
    V3: { run: () => tf.image.nonMaxSuppression(...given()), expected: list("int32", chosen) },
    V4: {
      run: () => {
        const { selectedIndices, validOutputs } = tf.image.nonMaxSuppressionPadded(...given(), true);
        return [selectedIndices!, validOutputs!];
      },
      expected: [list("int32", padded), { shape: [], dtype: "int32", values: [chosen.length] }],
    },
    V5: {
      run: () => {
        const { selectedIndices, selectedScores } = tf.image.nonMaxSuppressionWithScore(...given(), sigma);
        return [selectedIndices!, selectedScores!];
      },
      expected: [list("int32", chosen), list("float32", values)],
    },
  };
  return {
    name: `nonMaxSuppression${kind} of ${n}, at most ${most}, sigma ${sigma}`,
    ...results[kind],
    tolerance: FLOAT,
  };
};

/** Operations that move pictures, and choose among boxes on them. */
export const warps: readonly Generator[] = [crop, rotate, transform, transform, suppression, suppression];
