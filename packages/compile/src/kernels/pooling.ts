import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";
import type { KernelAttributes, Lowerings } from "./types.js";
import { poolingWindows, scatterWindows, TO_CHANNELS_FIRST, TO_CHANNELS_LAST, windowElements } from "./windows.js";

function pool(g: GraphBuilder, x: Value, attributes: KernelAttributes, op: string): Value {
  const w = poolingWindows(x.shape, attributes);
  const shape = [x.shape[0]!, x.shape[3]!, ...w.output];
  const output = g.node(op, [g.transpose(x, TO_CHANNELS_FIRST)], "float32", shape, {
    kernel_shape: w.kernel,
    strides: w.strides,
    pads: [...w.before, ...w.after],
  });
  return g.transpose(output, TO_CHANNELS_LAST);
}

/** Pooling and its gradients. */
export const pooling: Lowerings = {
  MaxPool: ({ x }, attributes, g) => pool(g, x!, attributes, "MaxPool"),
  AvgPool: ({ x }, attributes, g) => pool(g, x!, attributes, "AveragePool"),
  // TensorFlow.js divides by the size of the window even where padding is a part of it; so must this.
  AvgPoolGrad: ({ dy, input }, attributes, g) => {
    const w = poolingWindows(input!.shape, attributes);
    const share = g.mul(dy!, 1 / (w.kernel[0] * w.kernel[1]));
    return scatterWindows(g, new Array<Value>(w.kernel[0] * w.kernel[1]).fill(share), w);
  },
  // The first of several equal maxima takes the gradient.
  MaxPoolGrad: ({ dy, input, output }, attributes, g) => {
    const w = poolingWindows(input!.shape, attributes);
    let taken: Value | undefined;
    const elements = windowElements(g, input!, w, Number.NEGATIVE_INFINITY).map((element) => {
      const equal = g.compare("Equal", element, output!);
      const hit: Value = taken === undefined ? equal : g.binary("And", equal, g.unary("Not", taken));
      taken = taken === undefined ? equal : g.binary("Or", taken, equal);
      return g.where(hit, dy!, 0);
    });
    return scatterWindows(g, elements, w);
  },
};
