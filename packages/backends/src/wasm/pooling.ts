import { sizeOf } from "@latentkit/core/authoring";
import type { TensorInfo, WasmBackend } from "./backend.js";
import { refuse } from "./checks.js";
import { poolWindows, type WindowAttrs, type Windows } from "./geometry.js";
import { type Check, pointer, replaceKernel, zeros } from "./kernel.js";
import { nativeKernels } from "./module.js";

interface PoolAttrs extends WindowAttrs {
  readonly filterSize: number | number[];
}

/**
 * Pools of pictures and volumes, and their gradients. The shipped ones lose NaN and are wrong for padding by a number and
 * windows that are not square; the gradients are wrong or slow.
 */
export function replacePooling(): void {
  for (const [name, rank, run] of [
    ["MaxPool", 4, "maxPool"],
    ["MaxPool3D", 5, "maxPool"],
    ["AvgPool", 4, "averagePool"],
    ["AvgPool3D", 5, "averagePool"],
  ] as const) {
    replaceKernel<"x", PoolAttrs>(name, images("x", rank), () => ({ inputs: { x }, attrs, backend }) => {
      const windows = poolWindows(x.shape, attrs, name);
      const y = backend.makeOutput(windows.outShape, "float32");
      over(backend, windows).run[run]!(pointer(backend, x), pointer(backend, y));
      return y;
    });
  }
  replaceKernel<"x", PoolAttrs & { readonly includeBatchInIndex: boolean }>(
    "MaxPoolWithArgmax",
    images("x", 4),
    () =>
      ({ inputs: { x }, attrs, backend }) => {
        const windows = poolWindows(x.shape, attrs, "MaxPoolWithArgmax");
        const y = backend.makeOutput(windows.outShape, "float32");
        const places = backend.makeOutput(windows.outShape, "int32");
        const { run } = over(backend, windows);
        run.maxPool!(pointer(backend, x), pointer(backend, y));
        run.maxPoolPlaces!(pointer(backend, x), pointer(backend, places), Number(attrs.includeBatchInIndex));
        return [y, places];
      },
  );
  replaceGradients();
}

function replaceGradients(): void {
  for (const [name, rank] of [
    ["MaxPoolGrad", 4],
    ["MaxPool3DGrad", 5],
  ] as const) {
    replaceKernel<"dy" | "input", PoolAttrs>(name, gradients(rank), () => ({ inputs, attrs, backend }) => {
      const { dy, input } = inputs;
      const dx = zeros(backend, input.shape);
      const pointers = [input, dy, dx].map((tensor) => pointer(backend, tensor));
      over(backend, poolWindows(input.shape, attrs, name)).run.maxPoolGradient!(...pointers);
      return dx;
    });
  }
  for (const [name, rank] of [
    ["AvgPoolGrad", 4],
    ["AvgPool3DGrad", 5],
  ] as const) {
    replaceKernel<"dy" | "input", PoolAttrs>(name, gradients(rank), () => ({ inputs, attrs, backend }) => {
      const { dy, input } = inputs;
      const dx = zeros(backend, input.shape);
      const windows = poolWindows(input.shape, attrs, name);
      const { run } = over(backend, windows);
      run.spreadOverWindows!(pointer(backend, dy), pointer(backend, dx));
      run.scale!(pointer(backend, dx), sizeOf(dx.shape), 1 / sizeOf(windows.window));
      return dx;
    });
  }
}

function images(input: string, rank: number): Check<never, PoolAttrs> {
  return ({ inputs, attrs }, name) => {
    const { shape, dtype } = (inputs as Record<string, TensorInfo>)[input]!;
    if (shape.length !== rank) refuse(name, `expected ${input} of rank ${rank}, received [${shape.join(", ")}].`);
    if (dtype !== "float32") refuse(name, `only float32 input is supported. Got ${dtype}.`);
    if (attrs.dataFormat === "NCHW" || attrs.dataFormat === "NCDHW") {
      refuse(name, `does not support dataFormat '${attrs.dataFormat}' on wasm; take channels last.`);
    }
  };
}

function gradients(rank: number): Check<"dy" | "input", PoolAttrs> {
  return (call, name) => {
    images("input", rank)(call, name);
    const { dy, input } = call.inputs;
    const { outShape } = poolWindows(input.shape, call.attrs, name);
    if (dy.shape.join() !== outShape.join() || dy.dtype !== "float32") {
      refuse(name, `expected dy of float32 [${outShape.join(", ")}], received ${dy.dtype} [${dy.shape.join(", ")}].`);
    }
  };
}

/** The kernels, with the windows that they work on. */
function over(backend: WasmBackend, { batch, size, channels, out, window, stride, dilation, before }: Windows) {
  const native = nativeKernels(backend);
  native.run.setPool!(batch, ...size, channels, ...out, ...window, ...stride, ...dilation, ...before);
  return native;
}
