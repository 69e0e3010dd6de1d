import * as tf from "@tensorflow/tfjs";
import { pointer, replaceKernel, type TensorInfo, type WasmBackend, zeros } from "./kernel.js";
import { nativeKernels } from "./module.js";

type Shape4D = [number, number, number, number];

interface DepthwiseAttrs {
  readonly strides: number | [number, number];
  readonly dilations?: number | [number, number];
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** Both gradients of the depthwise convolution, which the shipped backend lacks. */
export function addDepthwiseGradients(): void {
  replaceKernel<"x" | "dy", DepthwiseAttrs & { readonly filterShape: Shape4D }>(
    "DepthwiseConv2dNativeBackpropFilter",
    () =>
      ({ inputs: { x, dy }, attrs, backend }) => {
        const dw = zeros(backend, attrs.filterShape);
        run("depthwiseFilterGradient", backend, x.shape as Shape4D, attrs.filterShape, attrs, [x, dy, dw]);
        return dw;
      },
  );
  replaceKernel<"dy" | "filter", DepthwiseAttrs & { readonly inputShape: Shape4D }>(
    "DepthwiseConv2dNativeBackpropInput",
    () =>
      ({ inputs: { dy, filter }, attrs, backend }) => {
        const dx = zeros(backend, attrs.inputShape);
        run("depthwiseInputGradient", backend, attrs.inputShape, filter.shape as Shape4D, attrs, [dy, filter, dx]);
        return dx;
      },
  );
}

function run(
  name: string,
  backend: WasmBackend,
  x: Shape4D,
  filter: Shape4D,
  { strides, dilations = 1, pad, dimRoundingMode }: DepthwiseAttrs,
  tensors: readonly TensorInfo[],
): void {
  const native = nativeKernels(backend);
  const info = tf.backend_util.computeConv2DInfo(x, filter, strides, dilations, pad, dimRoundingMode, true);
  native.run.setDepthwise!(
    ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels],
    ...[info.outHeight, info.outWidth, filter[3], info.filterHeight, info.filterWidth],
    ...[info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth],
    ...[info.padInfo.top, info.padInfo.left],
  );
  native.run[name]!(...tensors.map((tensor) => pointer(backend, tensor)));
}
