import { sizeOf } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { asIn, expectTensor, images, resized } from "./checks.js";
import { type KernelCall, pointer, replaceKernel, type TensorInfo, type WasmBackend, zeros } from "./kernel.js";
import { nativeKernels } from "./module.js";

type Shape4D = [number, number, number, number];

interface PoolAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/**
 * Pooling and its gradients, and those of resizing. The shipped forward kernels are wrong with numeric padding and lose what is
 * not a number; the gradient of max pooling gives wrong values; the others are slow.
 */
export function replacePooling(): void {
  for (const [name, mean] of [
    ["MaxPool", 0],
    ["AvgPool", 1],
  ] as const) {
    replaceKernel<"x", PoolAttrs>(
      name,
      ({ inputs: { x } }) => expectTensor(name, "x", x, 4, x.dtype),
      (shipped) => (call) => {
        const { inputs, attrs, backend } = call;
        const { x } = inputs;
        if (x.dtype !== "float32") return shipped(call as never);
        const info = poolInfo(x, attrs);
        const y = backend.makeOutput(info.outShape, "float32");
        nativeKernels(backend).run.pool!(pointer(backend, x), pointer(backend, y), mean, ...windows(info));
        return y;
      },
    );
  }
  replaceKernel<"dy" | "input", PoolAttrs>(
    "MaxPoolGrad",
    images("maxPool", "dy", "input"),
    () =>
      ({ inputs: { dy, input }, attrs, backend }) => {
        const dx = zeros(backend, input.shape);
        const pointers = [input, dy, dx].map((tensor) => pointer(backend, tensor));
        nativeKernels(backend).run.maxPoolGradient!(
          ...pointers,
          ...windows(asIn("maxPool", dy, poolInfo(input, attrs))),
        );
        return dx;
      },
  );
  replaceKernel<"dy" | "input", PoolAttrs>(
    "AvgPoolGrad",
    images("avgPool", "dy", "input"),
    () =>
      ({ inputs: { dy, input }, attrs, backend }) => {
        const dx = zeros(backend, input.shape);
        const info = asIn("avgPool", dy, poolInfo(input, attrs));
        const geometry = windows(info);
        const { run } = nativeKernels(backend);
        run.spreadOverWindows!(pointer(backend, dy), pointer(backend, dx), ...geometry);
        const { filterHeight, filterWidth } = info;
        run.scale!(pointer(backend, dx), sizeOf(dx.shape), 1 / (filterHeight * filterWidth));
        return dx;
      },
  );
  replacePooling3d();
  replaceResizing("ResizeNearestNeighborGrad", 0);
  replaceResizing("ResizeBilinearGrad", 1);
}

function replacePooling3d(): void {
  for (const [name, mean] of [
    ["MaxPool3D", 0],
    ["AvgPool3D", 1],
  ] as const) {
    const check = ({ inputs: { x } }: KernelCall<"x", PoolAttrs>): void => expectTensor(name, "x", x, 5, x.dtype);
    replaceKernel<"x", PoolAttrs>(name, check, (shipped) => (call) => {
      const { inputs, attrs, backend } = call;
      const { x } = inputs;
      if (x.dtype !== "float32") return shipped(call as never);
      const { filterSize, strides, pad, dimRoundingMode } = attrs as never;
      const info = tf.backend_util.computePool3DInfo(x.shape as never, filterSize, strides, 1, pad, dimRoundingMode);
      const y = backend.makeOutput(info.outShape, "float32");
      nativeKernels(backend).run.pool3d!(
        ...[pointer(backend, x), pointer(backend, y), mean],
        ...[info.batchSize, info.inDepth, info.inHeight, info.inWidth, info.inChannels],
        ...[info.outDepth, info.outHeight, info.outWidth],
        ...[info.effectiveFilterDepth, info.effectiveFilterHeight, info.effectiveFilterWidth],
        ...[info.strideDepth, info.strideHeight, info.strideWidth],
        ...[info.dilationDepth, info.dilationHeight, info.dilationWidth],
        ...[info.padInfo.front, info.padInfo.top, info.padInfo.left],
      );
      return y;
    });
  }
}

function poolInfo(x: TensorInfo, { filterSize, strides, pad, dimRoundingMode }: PoolAttrs) {
  return tf.backend_util.computePool2DInfo(x.shape as Shape4D, filterSize, strides, 1, pad, dimRoundingMode);
}

function windows(info: ReturnType<typeof poolInfo>): number[] {
  return [
    ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth],
    ...[info.effectiveFilterHeight, info.effectiveFilterWidth, info.strideHeight, info.strideWidth],
    ...[info.dilationHeight, info.dilationWidth, info.padInfo.top, info.padInfo.left],
  ];
}

function replaceResizing(name: string, bilinear: 0 | 1): void {
  replaceKernel<"dy" | "images", { readonly alignCorners: boolean }>(name, resized, () => (call) => {
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
