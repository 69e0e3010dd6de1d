import * as tf from "@tensorflow/tfjs";
import { four } from "../fixed-rank.js";
import { pick, put } from "./axis.js";
import { type Attributes, reduceTo, runKernel, setGradient, settingsOf } from "./registry.js";

/** A convolution and its two gradients, which are linear in both operands. */
interface Kernels {
  readonly forward: string;
  readonly fused: string;
  readonly toInput: string;
  readonly toFilter: string;
  readonly depthwise: boolean;
}

const plain: Kernels = {
  forward: "Conv2D",
  fused: "FusedConv2D",
  toInput: "Conv2DBackpropInput",
  toFilter: "Conv2DBackpropFilter",
  depthwise: false,
};

const depthwise: Kernels = {
  forward: "DepthwiseConv2dNative",
  fused: "FusedDepthwiseConv2D",
  toInput: "DepthwiseConv2dNativeBackpropInput",
  toFilter: "DepthwiseConv2dNativeBackpropFilter",
  depthwise: true,
};

/**
 * Gradients of convolutions and of their gradients, any number of times: each is another of the three. Unlike the shipped
 * ones they know dilations, rounding modes, and transposed convolutions of images larger than their geometry.
 */
export function setConvolutionGradients(): void {
  for (const kernels of [plain, depthwise]) {
    setGradient(kernels.forward, { inputs: ["x", "filter"] }, (dy, [x, filter], attributes) => ({
      x: () => inputGradient(kernels, dy, filter!, x!.shape, attributes),
      filter: () => filterGradient(kernels, x!, dy, filter!.shape, attributes),
    }));
    // While gradients are computed, TensorFlow.js fuses no activation.
    setGradient(kernels.fused, { inputs: ["x", "filter"] }, (dy, [x, filter], attributes) => ({
      x: () => inputGradient(kernels, dy, filter!, x!.shape, geometryOf(attributes)),
      filter: () => filterGradient(kernels, x!, dy, filter!.shape, geometryOf(attributes)),
      bias: () => reduceTo(dy, attributes.biasShape as number[]),
    }));
    setGradient(kernels.toInput, { inputs: ["dy", "filter"] }, (upstream, [dy, filter], attributes) => {
      const out = outputSizes(kernels, upstream.shape, filter!.shape, attributes);
      const rest = geometryOf(attributes);
      return {
        dy: () => fit(forward(kernels, upstream, filter!, rest), spatial(dy!.shape, attributes), attributes),
        filter: () => filterGradient(kernels, upstream, fit(dy!, out, attributes), filter!.shape, rest),
      };
    });
    setGradient(kernels.toFilter, { inputs: ["x", "dy"] }, (upstream, [x, dy], attributes) => {
      const rest = geometryOf(attributes);
      return {
        x: () => inputGradient(kernels, dy!, upstream, x!.shape, rest),
        dy: () => forward(kernels, x!, upstream, rest),
      };
    });
  }
}

/** What all kernels of a convolution are told of its geometry. */
function geometryOf({ strides, pad, dataFormat, dilations, dimRoundingMode }: Attributes): Attributes {
  return { strides, pad, dataFormat, dilations, dimRoundingMode };
}

/** The plain 2-D convolution. */
export function convolve(x: tf.Tensor, filter: tf.Tensor, attributes: Attributes): tf.Tensor {
  return forward(plain, x, filter, attributes);
}

/** What reaches the input of the plain 2-D convolution. */
export function convolutionInputGradient(
  dy: tf.Tensor,
  filter: tf.Tensor,
  inputShape: readonly number[],
  attributes: Attributes,
): tf.Tensor {
  return inputGradient(plain, dy, filter, inputShape, attributes);
}

/** What reaches the filter of the plain 2-D convolution. */
export function convolutionFilterGradient(
  x: tf.Tensor,
  dy: tf.Tensor,
  filterShape: readonly number[],
  attributes: Attributes,
): tf.Tensor {
  return filterGradient(plain, x, dy, filterShape, attributes);
}

function forward({ forward }: Kernels, x: tf.Tensor, filter: tf.Tensor, attributes: Attributes): tf.Tensor {
  return runKernel(forward, { x, filter }, { ...attributes, dilations: pair(attributes.dilations) });
}

function inputGradient(
  { toInput }: Kernels,
  dy: tf.Tensor,
  filter: tf.Tensor,
  inputShape: readonly number[],
  attributes: Attributes,
): tf.Tensor {
  // No backend's kernel knows dilations here; a filter with zeros between its values is the same.
  const dilations = pair(attributes.dilations);
  const wide = dilations.reduce<tf.Tensor>((taps, dilation, axis) => {
    const count = taps.shape[axis]!;
    return dilation === 1 ? taps : put(taps, axis, { start: 0, step: dilation, count }, (count - 1) * dilation + 1);
  }, filter);
  return runKernel(toInput, { dy, filter: wide }, { ...attributes, dilations: [1, 1], inputShape });
}

function filterGradient(
  { toFilter }: Kernels,
  x: tf.Tensor,
  dy: tf.Tensor,
  filterShape: readonly number[],
  attributes: Attributes,
): tf.Tensor {
  const dilations = pair(attributes.dilations);
  const wideShape = filterShape.map((size, axis) => (axis < 2 ? (size - 1) * dilations[axis]! + 1 : size));
  const wide = runKernel(toFilter, { x, dy }, { ...attributes, dilations: [1, 1], filterShape: wideShape });
  return dilations.reduce<tf.Tensor>(
    (taps, dilation, axis) =>
      dilation === 1 ? taps : pick(taps, axis, { start: 0, step: dilation, count: filterShape[axis]! }),
    wide,
  );
}

function pair(dilations: unknown): [number, number] {
  const given = [(dilations as number | number[] | undefined) ?? 1].flat();
  return [given[0]!, given.at(-1)!];
}

/** The axes of height and width. */
function axes({ dataFormat }: Attributes): [number, number] {
  return dataFormat === "NCHW" ? [2, 3] : [1, 2];
}

function spatial(shape: readonly number[], attributes: Attributes): [number, number] {
  const [height, width] = axes(attributes);
  return [shape[height]!, shape[width]!];
}

function outputSizes(
  kernels: Kernels,
  x: readonly number[],
  filter: readonly number[],
  attributes: Attributes,
): [number, number] {
  const { strides, pad, dimRoundingMode, dataFormat } = settingsOf<
    Omit<tf.Conv2DAttrs, "pad"> & {
      readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
    }
  >(attributes);
  const format = dataFormat === "NCHW" ? "channelsFirst" : "channelsLast";
  const info = tf.backend_util.computeConv2DInfo(
    four(x),
    four(filter),
    strides,
    1,
    pad,
    dimRoundingMode,
    kernels.depthwise,
    format,
  );
  return [info.outHeight, info.outWidth];
}

/** Cuts or fills with zeros: a transposed convolution reads only as much of its images as its geometry has places. */
function fit(x: tf.Tensor, sizes: readonly [number, number], attributes: Attributes): tf.Tensor {
  return axes(attributes).reduce<tf.Tensor>((image, axis, i) => {
    const [has, wants] = [image.shape[axis]!, sizes[i]!];
    if (has === wants) return image;
    if (has < wants) return put(image, axis, { start: 0, step: 1, count: has }, wants);
    return pick(image, axis, { start: 0, step: 1, count: wants });
  }, x);
}
