import { sizeOf } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { pointer, replaceKernel, type TensorInfo, type WasmBackend, zeros } from "./kernel.js";
import { nativeKernels } from "./module.js";

type Shape4D = [number, number, number, number];

interface PoolAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** Gradients of pooling and resizing. The shipped one of max pooling gives wrong values; the others are slow. */
export function replacePoolingGradients(): void {
  replaceKernel<"dy" | "input", PoolAttrs>("MaxPoolGrad", () => ({ inputs: { dy, input }, attrs, backend }) => {
    const dx = zeros(backend, input.shape);
    const pointers = [input, dy, dx].map((tensor) => pointer(backend, tensor));
    nativeKernels(backend).run.maxPoolGradient!(...pointers, ...windows(input, attrs));
    return dx;
  });
  replaceKernel<"dy" | "input", PoolAttrs>("AvgPoolGrad", () => ({ inputs: { dy, input }, attrs, backend }) => {
    const dx = zeros(backend, input.shape);
    const geometry = windows(input, attrs);
    const { run } = nativeKernels(backend);
    run.spreadOverWindows!(pointer(backend, dy), pointer(backend, dx), ...geometry);
    const { filterHeight, filterWidth } = poolInfo(input, attrs);
    run.scale!(pointer(backend, dx), sizeOf(dx.shape), 1 / (filterHeight * filterWidth));
    return dx;
  });
  replaceResizing("ResizeNearestNeighborGrad", 0);
  replaceResizing("ResizeBilinearGrad", 1);
}

function poolInfo(x: TensorInfo, { filterSize, strides, pad, dimRoundingMode }: PoolAttrs) {
  return tf.backend_util.computePool2DInfo(x.shape as Shape4D, filterSize, strides, 1, pad, dimRoundingMode);
}

function windows(x: TensorInfo, attrs: PoolAttrs): number[] {
  const info = poolInfo(x, attrs);
  return [
    ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth],
    ...[info.effectiveFilterHeight, info.effectiveFilterWidth, info.strideHeight, info.strideWidth],
    ...[info.dilationHeight, info.dilationWidth, info.padInfo.top, info.padInfo.left],
  ];
}

function replaceResizing(name: string, bilinear: 0 | 1): void {
  replaceKernel<"dy" | "images", { readonly alignCorners: boolean }>(name, () => (call) => {
    const { inputs, attrs, backend } = call;
    const [batch, inHeight, inWidth, depth] = inputs.images.shape as Shape4D;
    const [, outHeight, outWidth] = inputs.dy.shape as Shape4D;
    const dx = zeros(backend, inputs.images.shape);
    resizeGradient(backend, inputs.dy, dx, [
      ...[batch, inHeight, inWidth, depth, outHeight, outWidth],
      ...[scale(inHeight, outHeight, attrs.alignCorners), scale(inWidth, outWidth, attrs.alignCorners)],
      ...[bilinear, Number(attrs.alignCorners)],
    ]);
    return dx;
  });
}

function resizeGradient(backend: WasmBackend, dy: TensorInfo, dx: TensorInfo, geometry: number[]): void {
  nativeKernels(backend).run.resizeGradient!(pointer(backend, dy), pointer(backend, dx), ...geometry);
}

/** Input positions per output position. */
function scale(input: number, output: number, alignCorners: boolean): number {
  return alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output;
}
