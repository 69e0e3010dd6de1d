import type * as tf from "@tensorflow/tfjs";
import type { EqualizedOptions } from "../../style/equalized.js";
import { equalizedConv2d } from "../../style/equalized-conv2d.js";
import { equalizedDense } from "../../style/equalized-dense.js";
import type { Assembly } from "../assembly.js";

type Node = tf.SymbolicTensor;

/** A convolution with an equalised learning rate. */
export function conv(net: Assembly, layer: string, x: Node, filters: number, kernelSize: number, useBias = true): Node {
  return net.apply(equalizedConv2d({ filters, kernelSize, useBias, ...net.weights(layer), name: net.named(layer) }), x);
}

/** A dense layer with an equalised learning rate. */
export function dense(
  net: Assembly,
  layer: string,
  x: Node,
  units: number,
  options: Pick<EqualizedOptions, "useBias" | "biasStart" | "rateScale"> = {},
): Node {
  return net.apply(equalizedDense({ units, ...options, ...net.weights(layer), name: net.named(layer) }), x);
}
