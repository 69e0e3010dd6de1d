import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";
import { activate } from "./elementwise.js";
import type { KernelAttributes, Lowering, Lowerings } from "./types.js";
import {
  convolutionWindows,
  TO_CHANNELS_FIRST,
  TO_CHANNELS_LAST,
  type Windows,
  windowAttributes,
  windowElements,
} from "./windows.js";

/** TensorFlow.js's filter `[h, w, in, out]` as ONNX's `[out, in, h, w]`. */
const FILTER: readonly number[] = [3, 2, 0, 1];

function convolve(g: GraphBuilder, x: Value, filter: Value, attributes: KernelAttributes): Value {
  const w = convolutionWindows(x.shape, filter.shape, attributes);
  const input = g.transpose(x, TO_CHANNELS_FIRST);
  const shape = [x.shape[0]!, filter.shape[3]!, ...w.output];
  const output = g.node("Conv", [input, g.transpose(filter, FILTER)], "float32", shape, windowAttributes(w));
  return g.transpose(output, TO_CHANNELS_LAST);
}

function convolveDepthwise(g: GraphBuilder, x: Value, filter: Value, attributes: KernelAttributes): Value {
  const w = convolutionWindows(x.shape, filter.shape, attributes, true);
  const [height, width, channels, multiplier] = filter.shape as [number, number, number, number];
  const input = g.transpose(x, TO_CHANNELS_FIRST);
  const shape = [x.shape[0]!, channels * multiplier, ...w.output];
  const groups = depthwiseFilter(g, filter, [channels * multiplier, 1, height, width]);
  const output = g.node("Conv", [input, groups], "float32", shape, { ...windowAttributes(w), group: channels });
  return g.transpose(output, TO_CHANNELS_LAST);
}

function depthwiseFilter(g: GraphBuilder, filter: Value, shape: readonly number[]): Value {
  return g.reshape(g.transpose(filter, [2, 3, 0, 1]), shape);
}

/** ONNX's transposed convolution that has an input of this size as output. */
function transposedConvolution(
  g: GraphBuilder,
  dy: Value,
  filter: Value,
  w: Windows,
  channels: number,
  group: number,
): Value {
  const left = ([0, 1] as const).map((i) => {
    const covered = (w.output[i] - 1) * w.strides[i] + (w.kernel[i] - 1) * w.dilations[i] + 1;
    return w.input[i] - (covered - w.before[i] - w.after[i]);
  });
  const attributes = { ...windowAttributes(w), output_padding: left, group };
  const shape = [dy.shape[0]!, channels, ...w.input];
  const output = g.node("ConvTranspose", [g.transpose(dy, TO_CHANNELS_FIRST), filter], "float32", shape, attributes);
  return g.transpose(output, TO_CHANNELS_LAST);
}

const fused =
  (convolution: typeof convolve): Lowering =>
  ({ x, filter, bias, preluActivationWeights }, attributes, g) => {
    const raw = convolution(g, x!, filter!, attributes);
    const sum = bias === undefined ? raw : g.add(raw, bias);
    const { activation = "linear", leakyreluAlpha } = attributes;
    return activate(g, sum, activation as string, preluActivationWeights, leakyreluAlpha as number | undefined);
  };

/** Convolutions and their gradients. */
export const convolution: Lowerings = {
  Conv2D: ({ x, filter }, attributes, g) => convolve(g, x!, filter!, attributes),
  FusedConv2D: fused(convolve),
  Conv2DBackpropInput: ({ dy, filter }, attributes, g) => {
    const inputShape = attributes.inputShape as readonly number[];
    const w = convolutionWindows(inputShape, filter!.shape, attributes);
    return transposedConvolution(g, dy!, g.transpose(filter!, FILTER), w, inputShape[3]!, 1);
  },
  // All windows side by side, times dy: one product instead of a convolution with dilations.
  Conv2DBackpropFilter: ({ x, dy }, attributes, g) => {
    const filterShape = attributes.filterShape as readonly number[];
    const w = convolutionWindows(x!.shape, filterShape, attributes);
    const columns = g.concat(windowElements(g, x!, w), 3); // [batch, h, w, kernel places × in]
    const places = columns.shape[0]! * w.output[0] * w.output[1];
    const left = g.reshape(columns, [places, columns.shape[3]!]);
    const right = g.reshape(dy!, [places, dy!.shape[3]!]);
    return g.reshape(g.matMul(left, right, true, false), filterShape);
  },
  DepthwiseConv2dNative: ({ x, filter }, attributes, g) => convolveDepthwise(g, x!, filter!, attributes),
  FusedDepthwiseConv2D: fused(convolveDepthwise),
  DepthwiseConv2dNativeBackpropInput: ({ dy, filter }, attributes, g) => {
    const inputShape = attributes.inputShape as readonly number[];
    const [height, width, channels, multiplier] = filter!.shape as [number, number, number, number];
    const w = convolutionWindows(inputShape, filter!.shape, attributes, true);
    const groups = depthwiseFilter(g, filter!, [channels * multiplier, 1, height, width]);
    return transposedConvolution(g, dy!, groups, w, channels, channels);
  },
  DepthwiseConv2dNativeBackpropFilter: ({ x, dy }, attributes, g) => {
    const filterShape = attributes.filterShape as readonly number[];
    const [, , channels, multiplier] = filterShape as [number, number, number, number];
    const w = convolutionWindows(x!.shape, filterShape, attributes, true);
    const outputs = g.reshape(dy!, [...dy!.shape.slice(0, 3), channels, multiplier]);
    const taps = windowElements(g, x!, w).map((element) => {
      const products = g.mul(g.reshape(element, [...element.shape, 1]), outputs);
      return g.reshape(g.reduce("ReduceSum", products, [0, 1, 2]), [1, channels, multiplier]);
    });
    return g.reshape(g.concat(taps, 0), filterShape);
  },
};
