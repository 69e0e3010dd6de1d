import { type Activation, addBiasAndActivate, checkEnding, type Ending } from "./activation.js";
import type { TensorInfo, WasmBackend } from "./backend.js";
import { refuse } from "./checks.js";
import { convolutionWindows, type WindowAttrs, type Windows } from "./geometry.js";
import { type KernelCall, pointer, replaceKernel, zeros } from "./kernel.js";
import { nativeKernels } from "./module.js";

type Shape = readonly number[];

/**
 * The depthwise convolution and both its gradients. The shipped backend has no gradients, and its forward pass is wrong for
 * "same" with strides, and for filters larger than the picture.
 */
export function replaceDepthwise(): void {
  replaceKernel<"x" | "filter", WindowAttrs>(
    "DepthwiseConv2dNative",
    ({ inputs: { x, filter }, attrs }, name) => void windowsOf(name, x.shape, filter.shape, attrs),
    () => (call) => forward(call, "DepthwiseConv2dNative"),
  );
  replaceKernel<"x" | "filter" | Ending, WindowAttrs & Activation>(
    "FusedDepthwiseConv2D",
    (call, name) => {
      const { outChannels } = windowsOf(name, call.inputs.x.shape, call.inputs.filter.shape, call.attrs);
      checkEnding(call, outChannels, name);
    },
    () => (call) => addBiasAndActivate(call, forward(call, "FusedDepthwiseConv2D")),
  );
  replaceKernel<"x" | "dy", WindowAttrs & { readonly filterShape: Shape }>(
    "DepthwiseConv2dNativeBackpropFilter",
    ({ inputs: { x, dy }, attrs }, name) => checkGradient(name, x.shape, attrs.filterShape, dy.shape, attrs),
    () =>
      ({ inputs: { x, dy }, attrs, backend }) => {
        const dw = zeros(backend, attrs.filterShape);
        const windows = windowsOf("DepthwiseConv2dNativeBackpropFilter", x.shape, attrs.filterShape, attrs);
        run("depthwiseFilterGradient", backend, windows, attrs.filterShape, [x, dy, dw]);
        return dw;
      },
  );
  replaceKernel<"dy" | "filter", WindowAttrs & { readonly inputShape: Shape }>(
    "DepthwiseConv2dNativeBackpropInput",
    ({ inputs: { dy, filter }, attrs }, name) => checkGradient(name, attrs.inputShape, filter.shape, dy.shape, attrs),
    () =>
      ({ inputs: { dy, filter }, attrs, backend }) => {
        const dx = zeros(backend, attrs.inputShape);
        const windows = windowsOf("DepthwiseConv2dNativeBackpropInput", attrs.inputShape, filter.shape, attrs);
        run("depthwiseInputGradient", backend, windows, filter.shape, [dy, filter, dx]);
        return dx;
      },
  );
}

function windowsOf(name: string, x: Shape, filter: Shape, attrs: WindowAttrs): Windows {
  if (x.length !== 4 || filter.length !== 4 || x[3] !== filter[2]) {
    refuse(
      name,
      `expected x of [batch, height, width, channels] and a filter of [height, width, channels, multiplier], received [${x.join(", ")}] and [${filter.join(", ")}].`,
    );
  }
  return convolutionWindows(x, filter, attrs, name, true);
}

function checkGradient(name: string, x: Shape, filter: Shape, dy: Shape, attrs: WindowAttrs): void {
  const { outShape } = windowsOf(name, x, filter, attrs);
  if (dy.join() !== outShape.join()) {
    refuse(name, `expected dy of [${outShape.join(", ")}], received [${dy.join(", ")}].`);
  }
}

function forward({ inputs: { x, filter }, attrs, backend }: KernelCall<"x" | "filter", WindowAttrs>, name: string) {
  const windows = windowsOf(name, x.shape, filter.shape, attrs);
  const y = zeros(backend, windows.outShape);
  run("depthwiseForward", backend, windows, filter.shape, [x, filter, y]);
  return y;
}

function run(
  name: string,
  backend: WasmBackend,
  { batch, size, channels, out, window, stride, dilation, before }: Windows,
  filter: Shape,
  tensors: readonly TensorInfo[],
): void {
  const native = nativeKernels(backend);
  // Of the three axes of windows, pictures use the last two.
  const plane = (values: readonly number[]): number[] => values.slice(1);
  native.run.setDepthwise!(
    ...[batch, ...plane(size), channels, ...plane(out), filter[3]!],
    ...[...plane(window), ...plane(stride), ...plane(dilation), ...plane(before)],
  );
  native.run[name]!(...tensors.map((tensor) => pointer(backend, tensor)));
}
