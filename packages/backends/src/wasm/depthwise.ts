import { sizeOf } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { type Activation, addBiasAndActivate } from "./activation.js";
import { asIn, convolved } from "./checks.js";
import {
  callKernel,
  type KernelCall,
  pointer,
  replaceKernel,
  type TensorInfo,
  type WasmBackend,
  zeros,
} from "./kernel.js";
import { nativeKernels } from "./module.js";

type Shape4D = [number, number, number, number];

interface DepthwiseAttrs {
  readonly strides: number | [number, number];
  readonly dilations?: number | [number, number];
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

type Attrs = DepthwiseAttrs & { readonly dataFormat?: string };

/**
 * The depthwise convolution, which the shipped backend gets wrong with "same" padding and strides, dilations, or filters larger
 * than the image, and both its gradients, which it lacks.
 */
export function replaceDepthwise(): void {
  const checked = convolved("depthwiseConv2d");
  replaceKernel<"x" | "filter", Attrs>("DepthwiseConv2dNative", checked, (shipped) => (call) => {
    return plain(call) ? shipped(call as never) : forward(call);
  });
  replaceKernel<"x" | "filter" | "bias" | "preluActivationWeights", Attrs & Activation>(
    "FusedDepthwiseConv2D",
    checked,
    () => (call) => {
      const y = plain(call)
        ? callKernel("DepthwiseConv2dNative", call.backend, call.inputs, call.attrs)
        : forward(call);
      return addBiasAndActivate(call, y);
    },
  );
  replaceKernel<"x" | "dy", DepthwiseAttrs & { readonly filterShape: Shape4D }>(
    "DepthwiseConv2dNativeBackpropFilter",
    checked,
    () =>
      ({ inputs: { x, dy }, attrs, backend }) => {
        const dw = zeros(backend, attrs.filterShape);
        run("depthwiseFilterGradient", backend, x.shape as Shape4D, attrs.filterShape, attrs, [x, dy, dw], dy);
        return dw;
      },
  );
  replaceKernel<"dy" | "filter", DepthwiseAttrs & { readonly inputShape: Shape4D }>(
    "DepthwiseConv2dNativeBackpropInput",
    checked,
    () =>
      ({ inputs: { dy, filter }, attrs, backend }) => {
        const dx = zeros(backend, attrs.inputShape);
        run("depthwiseInputGradient", backend, attrs.inputShape, filter.shape as Shape4D, attrs, [dy, filter, dx], dy);
        return dx;
      },
  );
}

function forward({ inputs: { x, filter }, attrs, backend }: KernelCall<"x" | "filter", Attrs>): TensorInfo {
  const shapes = [x.shape, filter.shape] as [Shape4D, Shape4D];
  const { strides, dilations, pad, dimRoundingMode } = attrs;
  const info = tf.backend_util.computeConv2DInfo(...shapes, strides, dilations ?? 1, pad, dimRoundingMode, true);
  const y = zeros(backend, info.outShape);
  run("depthwiseForward", backend, ...shapes, attrs, [x, filter, y]);
  return y;
}

/** Whether the shipped kernel is right: neighbouring windows, and filters that fit into the image. */
function plain({ inputs: { x, filter }, attrs }: KernelCall<"x" | "filter", Attrs>): boolean {
  const ones = (value: unknown): boolean => [value ?? 1].flat().every((size) => size === 1);
  const fits = filter.shape[0]! <= x.shape[1]! && filter.shape[1]! <= x.shape[2]! && sizeOf(x.shape) > 0;
  return ones(attrs.strides) && ones(attrs.dilations) && fits && typeof attrs.pad === "string";
}

function run(
  name: string,
  backend: WasmBackend,
  x: Shape4D,
  filter: Shape4D,
  { strides, dilations = 1, pad, dimRoundingMode }: DepthwiseAttrs,
  tensors: readonly TensorInfo[],
  dy?: TensorInfo,
): void {
  const native = nativeKernels(backend);
  const geometry = tf.backend_util.computeConv2DInfo(x, filter, strides, dilations ?? 1, pad, dimRoundingMode, true);
  const info = dy === undefined ? geometry : asIn("depthwiseConv2d", dy, geometry);
  native.run.setDepthwise!(
    ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels],
    ...[info.outHeight, info.outWidth, filter[3], info.filterHeight, info.filterWidth],
    ...[info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth],
    ...[info.padInfo.top, info.padInfo.left],
  );
  native.run[name]!(...tensors.map((tensor) => pointer(backend, tensor)));
}
