import * as tf from "@tensorflow/tfjs";
import { type Draw, fill, get, getBroadcast, type Nd, tensor } from "./arrays.js";
import { FLOAT, type Generator } from "./case.js";
import { ACTIVATIONS } from "./products.js";

/** A window along one axis of an image: `out` places, each starting `stride` after the last one, from `-before`. */
interface Along {
  readonly size: number;
  readonly length: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly out: number;
}

type Pad = "same" | "valid" | number;

function along(size: number, length: number, stride: number, dilation: number, pad: Pad, rank: number): Along {
  const reach = (length - 1) * dilation + 1;
  if (pad === "same") {
    const out = Math.ceil(size / stride);
    // TensorFlow.js leaves values before the first window out where strides are larger than windows, in volumes.
    const missing = Math.max(rank === 3 ? Number.NEGATIVE_INFINITY : 0, (out - 1) * stride + reach - size);
    return { size, length, stride, dilation, before: Math.floor(missing / 2), out };
  }
  const before = pad === "valid" ? 0 : pad;
  return { size, length, stride, dilation, before, out: Math.floor((size + 2 * before - reach) / stride) + 1 };
}

/** TensorFlow.js counts columns by the window's height and vertical stride where the padding is a number. */
function asFirst(rows: Along, columns: Along, pad: number): Along {
  const reach = (rows.length - 1) * rows.dilation + 1;
  const size = Math.max(columns.size, reach - 2 * pad);
  return { ...columns, size, out: Math.floor((size + 2 * pad - reach) / rows.stride) + 1 };
}

interface Geometry {
  readonly axes: readonly Along[];
  readonly batch: number;
  readonly channels: number;
  readonly pad: Pad;
  readonly label: string;
}

function geometry(draw: Draw, rank: number, dilated: boolean): Geometry {
  const square = draw.chance(0.4);
  const pad = draw.pick<Pad>(["same", "same", "valid", rank === 2 ? draw.integer(0, 2) : "valid"]);
  const dilation = dilated && draw.chance(0.3) ? 2 : 1;
  const one = (): Along => {
    const length = draw.integer(1, rank === 3 ? 3 : 5);
    const reach = (length - 1) * dilation + 1;
    const least = pad === "same" ? 1 : pad === "valid" ? reach : Math.max(1, reach - 2 * pad, pad);
    const own = typeof pad === "number" ? Math.min(pad, length - 1) : pad;
    return along(
      draw.integer(least, Math.max(least, rank === 3 ? 5 : 9)),
      length,
      dilation > 1 ? 1 : draw.integer(1, 4),
      dilation,
      own,
      rank,
    );
  };
  const first = one();
  let axes = square ? Array.from({ length: rank }, () => first) : Array.from({ length: rank }, one);
  const own = typeof pad === "number" ? Math.min(...axes.map(({ before }) => before)) : pad;
  axes = axes
    .map((axis) => along(axis.size, axis.length, axis.stride, axis.dilation, own, rank))
    .map((axis) =>
      axis.out > 0
        ? axis
        : along(axis.size + axis.length * dilation, axis.length, axis.stride, axis.dilation, own, rank),
    );
  if (typeof own === "number") axes = [axes[0]!, asFirst(axes[0]!, axes[1]!, own)];
  const list = (key: "size" | "length" | "stride"): string => axes.map((axis) => axis[key]).join("×");
  const label = `${list("size")}, window ${list("length")}, stride ${list("stride")}, dilation ${dilation}, ${own}`;
  return { axes, batch: draw.integer(1, 2), channels: draw.integer(1, 9), pad: own, label };
}

/** Visits the places of the image that a window meets. */
function visit(axes: readonly Along[], at: readonly number[], meet: (tap: number[], place: number[]) => void): void {
  fill(
    axes.map(({ length }) => length),
    "float32",
    (tap) => {
      const place = axes.map(({ stride, before, dilation }, i) => at[i]! * stride - before + tap[i]! * dilation);
      if (place.every((p, i) => p >= 0 && p < axes[i]!.size)) meet([...tap], place);
      return 0;
    },
  );
}

const sizes = (axes: readonly Along[], key: "size" | "length" | "stride" | "out"): number[] =>
  axes.map((axis) => axis[key]);

function convolution({ axes, batch }: Geometry, x: Nd, w: Nd, dtype: Nd["dtype"] = "float32"): Nd {
  const [inner, outer] = w.shape.slice(-2) as [number, number];
  return fill([batch, ...sizes(axes, "out"), outer], dtype, (at) => {
    let sum = 0;
    visit(axes, at.slice(1, -1), (tap, place) => {
      for (let c = 0; c < inner; c++) sum += get(x, [at[0]!, ...place, c]) * get(w, [...tap, c, at.at(-1)!]);
    });
    return sum;
  });
}

/** The gradient of Σ dy · conv(x, w) with respect to x. */
function transposed({ axes, batch, channels }: Geometry, dy: Nd, w: Nd): Nd {
  const shape = [batch, ...sizes(axes, "size"), channels];
  const sums = new Map<string, number>();
  fill(dy.shape, "float32", (at) => {
    visit(axes, at.slice(1, -1), (tap, place) => {
      for (let c = 0; c < channels; c++) {
        const key = [at[0]!, ...place, c].join();
        sums.set(key, (sums.get(key) ?? 0) + get(dy, at) * get(w, [...tap, c, at.at(-1)!]));
      }
    });
    return 0;
  });
  return fill(shape, "float32", (at) => sums.get(at.join()) ?? 0);
}

function filterGradient({ axes }: Geometry, x: Nd, dy: Nd, shape: readonly number[]): Nd {
  const sums = new Map<string, number>();
  fill(dy.shape, "float32", (at) => {
    visit(axes, at.slice(1, -1), (tap, place) => {
      for (let c = 0; c < shape.at(-2)!; c++) {
        const key = [...tap, c, at.at(-1)!].join();
        sums.set(key, (sums.get(key) ?? 0) + get(dy, at) * get(x, [at[0]!, ...place, c]));
      }
    });
    return 0;
  });
  return fill(shape, "float32", (at) => sums.get(at.join()) ?? 0);
}

const conv: Generator = (draw) => {
  const rank = draw.pick([2, 2, 3]);
  const g = geometry(draw, rank, rank === 2);
  const outer = draw.integer(1, 9);
  const x = draw.array([g.batch, ...sizes(g.axes, "size"), g.channels]);
  const w = draw.array([...sizes(g.axes, "length"), g.channels, outer]);
  const y = convolution(g, x, w);
  const dy = draw.array(y.shape);
  const stride = sizes(g.axes, "stride") as [number, number];
  const dilation = g.axes[0]!.dilation;
  const op = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
    rank === 2
      ? tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, g.pad, "NHWC", dilation)
      : tf.conv3d(a as tf.Tensor5D, b as tf.Tensor5D, stride as never, g.pad as "same");
  return {
    name: `conv${rank}d and gradients ${g.label}, ${g.batch} images, ${g.channels} to ${outer}`,
    run: () => [
      op(tensor(x), tensor(w)),
      ...tf.grads((a, b) => tf.sum(tf.mul(op(a!, b!), tensor(dy))))([tensor(x), tensor(w)]),
    ],
    expected: [y, transposed(g, dy, w), filterGradient(g, x, dy, w.shape)],
    tolerance: FLOAT,
  };
};

const convTranspose: Generator = (draw) => {
  const rank = draw.pick([2, 3]);
  const g = geometry(draw, rank, false);
  const outer = draw.integer(1, 5);
  const dy = draw.array([g.batch, ...sizes(g.axes, "out"), outer]);
  const w = draw.array([...sizes(g.axes, "length"), g.channels, outer]);
  const shape = [g.batch, ...sizes(g.axes, "size"), g.channels];
  const stride = sizes(g.axes, "stride");
  return {
    name: `conv${rank}dTranspose ${g.label}, ${g.batch} images, ${outer} to ${g.channels}`,
    run: () =>
      rank === 2
        ? tf.conv2dTranspose(
            tensor<tf.Rank.R4>(dy),
            tensor<tf.Rank.R4>(w),
            shape as never,
            stride as [number, number],
            g.pad,
          )
        : tf.conv3dTranspose(
            tensor<tf.Rank.R5>(dy),
            tensor<tf.Rank.R5>(w),
            shape as never,
            stride as never,
            g.pad as "same",
          ),
    expected: transposed(g, dy, w),
    tolerance: FLOAT,
  };
};

const fusedConv: Generator = (draw) => {
  const g = geometry(draw, 2, true);
  const depthwise = draw.chance(0.4);
  const outer = draw.integer(1, 9);
  const multiplier = draw.integer(1, 2);
  const x = draw.array([g.batch, ...sizes(g.axes, "size"), g.channels]);
  const w = draw.array([...sizes(g.axes, "length"), g.channels, depthwise ? multiplier : outer]);
  const plain = depthwise ? depthwiseOf(g, x, w) : convolution(g, x, w);
  const bias = draw.array([plain.shape[3]!]);
  const activation = draw.pick(
    Object.keys(ACTIVATIONS).filter((name) => !depthwise || !["elu", "tanh"].includes(name)),
  );
  const settings = {
    strides: sizes(g.axes, "stride") as [number, number],
    pad: g.pad,
    dilations: g.axes[0]!.dilation,
    activation: activation as "relu",
    leakyreluAlpha: 0.125,
  };
  return {
    name: `fused.${depthwise ? "depthwiseC" : "c"}onv2d ${g.label}, ${g.channels} channels, ${activation}`,
    run: () => {
      const all = { x: tensor<tf.Rank.R4>(x), filter: tensor<tf.Rank.R4>(w), bias: tensor(bias), ...settings };
      return depthwise ? tf.fused.depthwiseConv2d(all) : tf.fused.conv2d(all);
    },
    expected: fill(plain.shape, "float32", (at) => ACTIVATIONS[activation]!(get(plain, at) + getBroadcast(bias, at))),
    tolerance: FLOAT,
  };
};

function depthwiseOf({ axes, batch }: Geometry, x: Nd, w: Nd): Nd {
  const [channels, multiplier] = w.shape.slice(-2) as [number, number];
  return fill([batch, ...sizes(axes, "out"), channels * multiplier], "float32", (at) => {
    const [c, q] = [Math.floor(at[3]! / multiplier), at[3]! % multiplier];
    let sum = 0;
    visit(axes, at.slice(1, -1), (tap, place) => {
      sum += get(x, [at[0]!, ...place, c]) * get(w, [...tap, c, q]);
    });
    return sum;
  });
}

const depthwise: Generator = (draw) => {
  const g = geometry(draw, 2, true);
  const x = draw.array([g.batch, ...sizes(g.axes, "size"), g.channels]);
  const w = draw.array([...sizes(g.axes, "length"), g.channels, draw.integer(1, 3)]);
  const stride = sizes(g.axes, "stride") as [number, number];
  return {
    name: `depthwiseConv2d ${g.label}, [${x.shape}] [${w.shape}]`,
    run: () =>
      tf.depthwiseConv2d(tensor<tf.Rank.R4>(x), tensor<tf.Rank.R4>(w), stride, g.pad, "NHWC", g.axes[0]!.dilation),
    expected: depthwiseOf(g, x, w),
    tolerance: FLOAT,
  };
};

const pool: Generator = (draw) => {
  const rank = draw.pick([2, 2, 3]);
  const g = geometry(draw, rank, false);
  const shape = [g.batch, ...sizes(g.axes, "size"), g.channels];
  const largest = draw.chance(0.5);
  const x = draw.chance(0.3) && largest ? draw.wild(shape) : draw.array(shape);
  const expected = fill([g.batch, ...sizes(g.axes, "out"), g.channels], "float32", (at) => {
    const met: number[] = [];
    visit(g.axes, at.slice(1, -1), (_, place) => met.push(get(x, [at[0]!, ...place, at.at(-1)!])));
    return largest ? Math.max(...met) : met.reduce((sum, v) => sum + v, 0) / met.length;
  });
  const [window, stride] = [sizes(g.axes, "length") as [number, number], sizes(g.axes, "stride") as [number, number]];
  const op = largest ? tf.maxPool : tf.avgPool;
  const op3 = largest ? tf.maxPool3d : tf.avgPool3d;
  return {
    name: `${largest ? "max" : "avg"}Pool${rank} ${g.label}, [${shape}]`,
    run: () =>
      rank === 2
        ? op(tensor<tf.Rank.R4>(x), window, stride, g.pad)
        : op3(tensor<tf.Rank.R5>(x), window as never, stride as never, g.pad as "same"),
    expected,
    tolerance: FLOAT,
  };
};

const resize: Generator = (draw) => {
  const [h, w] = [draw.integer(1, 6), draw.integer(1, 6)];
  const x = draw.array([draw.integer(1, 2), h, w, draw.integer(1, 5)]);
  const size: [number, number] = [draw.integer(1, 9), draw.integer(1, 9)];
  const [corners, centers, linear] = [draw.chance(0.4), draw.chance(0.4), draw.chance(0.5)];
  const half = centers && !corners;
  const from = (i: number, input: number, output: number): number => {
    const scale = corners && output > 1 ? (input - 1) / (output - 1) : input / output;
    return half ? (i + 0.5) * scale - (linear ? 0.5 : 0) : i * scale;
  };
  const sources = (i: number, input: number, output: number): [number, number][] => {
    const position = from(i, input, output);
    const clip = (v: number): number => Math.min(input - 1, Math.max(0, v));
    if (!linear) return [[clip(corners ? Math.round(position + 1e-9) : Math.floor(position + 1e-9)), 1]];
    const low = Math.floor(position);
    return [
      [clip(low), 1 - (position - low)],
      [clip(low + 1), position - low],
    ];
  };
  const expected = fill([x.shape[0]!, ...size, x.shape[3]!], "float32", ([n, y, z, c]) => {
    let sum = 0;
    for (const [row, p] of sources(y!, h, size[0]))
      for (const [column, q] of sources(z!, w, size[1])) sum += p * q * get(x, [n!, row, column, c!]);
    return sum;
  });
  const op = linear ? tf.image.resizeBilinear : tf.image.resizeNearestNeighbor;
  return {
    name: `resize ${linear ? "linear" : "nearest"} [${x.shape}] to [${size}], corners ${corners}, half ${half}`,
    run: () => op(tensor<tf.Rank.R4>(x), size, corners, half),
    expected,
    tolerance: 1e-4,
  };
};

const flip: Generator = (draw) => {
  const x = draw.array(draw.shape(4, 4));
  return {
    name: `flipLeftRight [${x.shape}]`,
    run: () => tf.image.flipLeftRight(tensor<tf.Rank.R4>(x)),
    expected: fill(x.shape, "float32", ([n, y, z, c]) => get(x, [n!, y!, x.shape[2]! - 1 - z!, c!])),
  };
};

/** Operations on the windows of images. */
export const windows: readonly Generator[] = [
  conv,
  conv,
  convTranspose,
  fusedConv,
  depthwise,
  depthwise,
  pool,
  pool,
  pool,
  resize,
  flip,
];
