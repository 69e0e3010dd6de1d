import * as tf from "@tensorflow/tfjs";
import { fill, get, getBroadcast, type Nd, tensor } from "./arrays.js";
import { FLOAT, type Generator } from "./case.js";
import { type Geometry, geometry, sizes, visit } from "./geometry.js";
import { ACTIVATIONS } from "./products.js";

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

/** The gradient of Σ dy · conv(x, w) with respect to w. */
export function filterGradient({ axes }: Geometry, x: Nd, dy: Nd, shape: readonly number[]): Nd {
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

/** The depthwise convolution. */
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

/** Convolutions. */
export const convolutions: readonly Generator[] = [conv, conv, convTranspose, fusedConv, depthwise, depthwise];
