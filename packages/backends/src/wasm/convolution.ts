import { type Activation, addBiasAndActivate, checkEnding, type Ending } from "./activation.js";
import type { TensorInfo, WasmBackend } from "./backend.js";
import { refuse } from "./checks.js";
import { convolveDirectly } from "./direct.js";
import { convolutionWindows, type WindowAttrs, type Windows } from "./geometry.js";
import { type Check, type KernelCall, pointer, replaceKernel, zeros } from "./kernel.js";
import { type NativeKernels, nativeKernels } from "./module.js";
import { copyView, rowMajorSteps } from "./view.js";

type Shape = readonly number[];

/** Bytes of patches that are laid out at once: small enough to stay in a second-level cache. */
const PATCH_BYTES = 1 << 19;

/**
 * Convolutions of pictures straight from where they lie; those of volumes and all gradients as products of patches with filters. The shipped backend has
 * no filter gradient, computes the input gradient (the forward pass of a transposed convolution) value by value, and gets those
 * of volumes wrong.
 */
export function replaceConvolution(): void {
  replaceKernel<"x" | "filter", WindowAttrs>("Conv2D", fits(4), (_) => (call) => forward(call, "Conv2D"));
  replaceKernel<"x" | "filter", WindowAttrs>("Conv3D", fits(5), (_) => (call) => forward(call, "Conv3D"));
  replaceKernel<"x" | "filter" | Ending, WindowAttrs & Activation>(
    "FusedConv2D",
    (call, name) => {
      fits(4)(call, name);
      checkEnding(call, call.inputs.filter.shape.at(-1)!, name);
    },
    () => (call) => addBiasAndActivate(call, forward(call, "FusedConv2D")),
  );
  for (const [name, rank] of [
    ["Conv2DBackpropFilter", 4],
    ["Conv3DBackpropFilterV2", 5],
  ] as const) {
    replaceKernel<"x" | "dy", WindowAttrs & { readonly filterShape: Shape }>(
      name,
      ({ inputs: { x, dy }, attrs }) => checkGradient(name, rank, x.shape, attrs.filterShape, dy.shape, attrs, true),
      () => (call) => filterGradient(call, name),
    );
  }
  for (const [name, rank] of [
    ["Conv2DBackpropInput", 4],
    ["Conv3DBackpropInputV2", 5],
  ] as const) {
    replaceKernel<"dy" | "filter", WindowAttrs & { readonly inputShape: Shape }>(
      name,
      ({ inputs: { dy, filter }, attrs }) =>
        checkGradient(name, rank, attrs.inputShape, filter.shape, dy.shape, attrs, false),
      () => (call) => inputGradient(call, name),
    );
  }
}

function fits(rank: number): Check<"x" | "filter", WindowAttrs> {
  return ({ inputs: { x, filter } }, name) => {
    if (x.dtype !== "float32" || filter.dtype !== "float32") {
      refuse(name, `expected float32, received ${x.dtype} and ${filter.dtype}.`);
    }
    checkShapes(name, rank, x.shape, filter.shape);
  };
}

function checkShapes(name: string, rank: number, x: Shape, filter: Shape): void {
  if (x.length !== rank || filter.length !== rank) {
    refuse(name, `expected x and filter of rank ${rank}, received [${x.join(", ")}] and [${filter.join(", ")}].`);
  }
  if (x.at(-1) !== filter.at(-2)) {
    refuse(name, `depth of input (${x.at(-1)}) must match input depth for filter ${filter.at(-2)}.`);
  }
}

/** An input gradient may be given more of dy than its geometry has windows for. */
function checkGradient(
  name: string,
  rank: number,
  x: Shape,
  filter: Shape,
  dy: Shape,
  attrs: WindowAttrs,
  exact: boolean,
): void {
  checkShapes(name, rank, x, filter);
  const { outShape } = convolutionWindows(x, filter, attrs, name);
  const spatial = (axis: number): boolean => axis > 0 && axis < rank - 1;
  const enough = dy.every((size, i) => (spatial(i) && !exact ? size >= outShape[i]! : size === outShape[i]));
  if (dy.length !== rank || !enough) {
    refuse(name, `expected dy of [${outShape.join(", ")}], received [${dy.join(", ")}].`);
  }
}

function forward({ inputs: { x, filter }, attrs, backend }: KernelCall<"x" | "filter", WindowAttrs>, name: string) {
  const windows = convolutionWindows(x.shape, filter.shape, attrs, name);
  const y = backend.makeOutput(windows.outShape, "float32");
  if (x.shape.length === 4) convolveDirectly(backend, windows, at(backend, x, filter, y));
  else
    overPatches(backend, windows, (native, ...work) => native.run.convForward!(...at(backend, x, filter, y), ...work));
  return y;
}

function filterGradient(
  { inputs, attrs, backend }: KernelCall<"x" | "dy", WindowAttrs & { readonly filterShape: Shape }>,
  name: string,
): TensorInfo {
  const windows = convolutionWindows(inputs.x.shape, attrs.filterShape, attrs, name);
  const dw = zeros(backend, attrs.filterShape);
  withinGeometry(backend, inputs.dy, windows, (dy) => {
    overPatches(backend, windows, (native, ...work) =>
      native.run.convFilterGradient!(...at(backend, inputs.x, dy, dw), ...work),
    );
  });
  return dw;
}

function inputGradient(
  { inputs, attrs, backend }: KernelCall<"dy" | "filter", WindowAttrs & { readonly inputShape: Shape }>,
  name: string,
): TensorInfo {
  const windows = convolutionWindows(attrs.inputShape, inputs.filter.shape, attrs, name);
  const dx = zeros(backend, attrs.inputShape);
  withinGeometry(backend, inputs.dy, windows, (dy) => {
    overPatches(backend, windows, (native, ...work) =>
      native.run.convInputGradient!(...at(backend, dy, inputs.filter, dx), ...work),
    );
  });
  return dx;
}

function at(backend: WasmBackend, ...tensors: TensorInfo[]): number[] {
  return tensors.map((tensor) => pointer(backend, tensor));
}

/** The part of dy that the geometry has windows for: a transposed convolution may be given more of it than its result needs. */
function withinGeometry(backend: WasmBackend, dy: TensorInfo, windows: Windows, body: (dy: TensorInfo) => void): void {
  const shape = windows.outShape;
  if (dy.shape.join() === shape.join()) {
    body(dy);
    return;
  }
  const part = backend.makeOutput(shape, "float32");
  copyView(backend, part, dy, shape, rowMajorSteps(shape), rowMajorSteps(dy.shape));
  body(part);
  backend.disposeData(part.dataId);
}

/** Tells the kernels the geometry, and gives them room for as many patches as one pass lays out. */
function overPatches(
  backend: WasmBackend,
  { batch, size, channels, out, outChannels, window, stride, dilation, before }: Windows,
  body: (native: NativeKernels, rows: number, patches: number, work: number) => void,
): void {
  const native = nativeKernels(backend);
  native.run.setConv!(
    ...[batch, ...size, channels, ...out, outChannels],
    ...[...window, ...stride, ...dilation, ...before],
  );
  const [depth, height, width] = window as [number, number, number];
  const patchBytes = 4 * depth * height * width * channels;
  const positions = out.reduce((product, length) => product * length, batch);
  if (positions === 0 || patchBytes === 0) return;
  const rows = Math.min(positions, Math.max(8, Math.floor(PATCH_BYTES / patchBytes)));
  const work = native.scratch(native.run.gemmScratch!() + rows * patchBytes);
  body(native, rows, work + native.run.gemmScratch!(), work);
}
