import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";
import type { KernelAttributes, Lowering, Lowerings } from "./types.js";
import {
  convolutionWindows,
  TO_CHANNELS_FIRST,
  TO_CHANNELS_LAST,
  windowAttributes,
  windowElements,
} from "./windows.js";

type Convolution = (g: GraphBuilder, x: Value, filter: Value, attributes: KernelAttributes) => Value;
type Sizes4 = [number, number, number, number];

const convolveDepthwise: Convolution = (g, x, filter, attributes) => {
  const w = convolutionWindows(x.shape, filter.shape, attributes, true);
  const [height, width, channels, multiplier] = filter.shape as Sizes4;
  const shape = [x.shape[0]!, channels * multiplier, ...w.output];
  const groups = groupedFilter(g, filter, [channels * multiplier, 1, height, width]);
  const operands = [g.transpose(x, TO_CHANNELS_FIRST), groups];
  const output = g.node("Conv", operands, "float32", shape, { ...windowAttributes(w), group: channels });
  return g.transpose(output, TO_CHANNELS_LAST);
};

function groupedFilter(g: GraphBuilder, filter: Value, shape: readonly number[]): Value {
  return g.reshape(g.transpose(filter, [2, 3, 0, 1]), shape);
}

/** Depthwise convolutions and their gradients; `fused` adds bias and activation. */
export function depthwise(fused: (convolution: Convolution) => Lowering): Lowerings {
  return {
    DepthwiseConv2dNative: ({ x, filter }, attributes, g) => convolveDepthwise(g, x!, filter!, attributes),
    FusedDepthwiseConv2D: fused(convolveDepthwise),
    DepthwiseConv2dNativeBackpropInput: ({ dy, filter }, attributes, g) => {
      const inputShape = attributes.inputShape as readonly number[];
      const [height, width, channels, multiplier] = filter!.shape as Sizes4;
      const w = convolutionWindows(inputShape, filter!.shape, attributes, true);
      const groups = groupedFilter(g, filter!, [channels * multiplier, 1, height, width]);
      const left = ([0, 1] as const).map((i) => {
        const covered = (w.output[i] - 1) * w.strides[i] + (w.kernel[i] - 1) * w.dilations[i] + 1;
        return w.input[i] - (covered - w.before[i] - w.after[i]);
      });
      const all = { ...windowAttributes(w), output_padding: left, group: channels };
      const operands = [g.transpose(dy!, TO_CHANNELS_FIRST), groups];
      const output = g.node("ConvTranspose", operands, "float32", [dy!.shape[0]!, channels, ...w.input], all);
      return g.transpose(output, TO_CHANNELS_LAST);
    },
    DepthwiseConv2dNativeBackpropFilter: ({ x, dy }, attributes, g) => {
      const filterShape = attributes.filterShape as Sizes4;
      const [, , channels, multiplier] = filterShape;
      const w = convolutionWindows(x!.shape, filterShape, attributes, true);
      const outputs = g.reshape(dy!, [...dy!.shape.slice(0, 3), channels, multiplier]);
      const taps = windowElements(g, x!, w).map((element) => {
        const products = g.mul(g.reshape(element, [...element.shape, 1]), outputs);
        return g.reshape(g.reduce("ReduceSum", products, [0, 1, 2]), [1, channels, multiplier]);
      });
      return g.reshape(g.concat(taps, 0), filterShape);
    },
  };
}
