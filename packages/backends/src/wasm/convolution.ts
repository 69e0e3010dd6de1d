import * as tf from "@tensorflow/tfjs";
import { type Activation, addBiasAndActivate } from "./activation.js";
import { asIn, convolved } from "./checks.js";
import { type KernelCall, pointer, replaceKernel, type TensorInfo, type WasmBackend, zeros } from "./kernel.js";
import { type NativeKernels, nativeKernels } from "./module.js";

type Geometry = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

interface ConvAttrs {
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number;
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** Bytes of patches that are laid out at once: small enough to stay in a second-level cache. */
const PATCH_BYTES = 1 << 19;

/**
 * Convolutions and both their gradients as products of patches with filters. The shipped backend has no filter gradient,
 * and computes the input gradient (the forward pass of a transposed convolution) value by value.
 */
export function replaceConvolution(): void {
  replaceKernel<"x" | "filter", ConvAttrs>("Conv2D", convolved("conv2d"), () => forward);
  replaceKernel<"x" | "filter" | "bias" | "preluActivationWeights", ConvAttrs & Activation>(
    "FusedConv2D",
    convolved("conv2d"),
    () => (call) => addBiasAndActivate(call, forward(call)),
  );
  replaceKernel<"x" | "dy", ConvAttrs & { readonly filterShape: FilterShape }>(
    "Conv2DBackpropFilter",
    convolved("conv2dDerFilter"),
    () => (call) => {
      const { inputs, attrs, backend } = call;
      const geometry = asIn("conv2dDerFilter", inputs.dy, geometryOf(inputs.x.shape, attrs.filterShape, attrs));
      const dw = zeros(backend, attrs.filterShape);
      overPatches(backend, geometry, (native, ...work) =>
        native.run.convFilterGradient!(...at(backend, inputs.x, inputs.dy, dw), ...work),
      );
      return dw;
    },
  );
  replaceKernel<"dy" | "filter", ConvAttrs & { readonly inputShape: ImageShape }>(
    "Conv2DBackpropInput",
    convolved("conv2dDerInput"),
    () =>
      ({ inputs, attrs, backend }) => {
        const geometry = asIn("conv2dDerInput", inputs.dy, geometryOf(attrs.inputShape, inputs.filter.shape, attrs));
        const dx = zeros(backend, attrs.inputShape);
        overPatches(backend, geometry, (native, ...work) =>
          native.run.convInputGradient!(...at(backend, inputs.dy, inputs.filter, dx), ...work),
        );
        return dx;
      },
  );
}

type ImageShape = [number, number, number, number];
type FilterShape = [number, number, number, number];

function forward({ inputs, attrs, backend }: KernelCall<"x" | "filter", ConvAttrs>): TensorInfo {
  const { x, filter } = inputs;
  const geometry = geometryOf(x.shape, filter.shape, attrs);
  if (geometry.inChannels === 0) return zeros(backend, geometry.outShape); // a sum of nothing
  const y = backend.makeOutput(geometry.outShape, "float32");
  overPatches(backend, geometry, (native, ...work) => native.run.convForward!(...at(backend, x, filter, y), ...work));
  return y;
}

function at(backend: WasmBackend, ...tensors: TensorInfo[]): number[] {
  return tensors.map((tensor) => pointer(backend, tensor));
}

function geometryOf(x: readonly number[], filter: readonly number[], attrs: ConvAttrs): Geometry {
  const { strides, pad, dimRoundingMode, dilations = 1 } = attrs;
  return tf.backend_util.computeConv2DInfo(
    x as ImageShape,
    filter as FilterShape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    false,
    "channelsLast",
  );
}

/** Tells the kernels the geometry, and gives them room for as many patches as one pass lays out. */
function overPatches(
  backend: WasmBackend,
  geometry: Geometry,
  body: (native: NativeKernels, rows: number, patches: number, work: number) => void,
): void {
  if (geometry.outShape.includes(0) || geometry.inChannels === 0) return;
  const native = nativeKernels(backend);
  native.run.setConv!(
    ...[geometry.batchSize, geometry.inHeight, geometry.inWidth, geometry.inChannels],
    ...[geometry.outHeight, geometry.outWidth, geometry.outChannels, geometry.filterHeight, geometry.filterWidth],
    ...[geometry.strideHeight, geometry.strideWidth, geometry.dilationHeight, geometry.dilationWidth],
    ...[geometry.padInfo.top, geometry.padInfo.left],
  );
  const patchBytes = 4 * geometry.filterHeight * geometry.filterWidth * geometry.inChannels;
  const positions = geometry.batchSize * geometry.outHeight * geometry.outWidth;
  const rows = Math.min(positions, Math.max(8, Math.floor(PATCH_BYTES / patchBytes)));
  const work = native.scratch(native.run.gemmScratch!() + rows * patchBytes);
  body(native, rows, work + native.run.gemmScratch!(), work);
}
