import { sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { TensorInfo, WasmBackend } from "./backend.js";
import { anyOperands, broadcastable } from "./checks.js";
import { type KernelCall, pointer, replaceKernel, valuesOf } from "./kernel.js";
import { nativeKernels } from "./module.js";
import { spread } from "./spread.js";

const UNARY: Readonly<Record<string, string>> = {
  Exp: "exp",
  Rsqrt: "rsqrt",
  Sign: "sign",
  Softplus: "softplus",
  Sqrt: "sqrt",
  Tanh: "tanh",
};

/** Kernels of two operands: the function, whether the operands change places, and the type of the result. */
const BINARY: Readonly<Record<string, readonly [run: string, exchange: boolean, dtype: "float32" | "bool"]>> = {
  Equal: ["equal", false, "bool"],
  Greater: ["greater", false, "bool"],
  GreaterEqual: ["greaterEqual", false, "bool"],
  Less: ["greater", true, "bool"],
  LessEqual: ["greaterEqual", true, "bool"],
  Maximum: ["maximum", false, "float32"],
  Minimum: ["minimum", false, "float32"],
  NotEqual: ["notEqual", false, "bool"],
};

/** Kernels that keep values between two bounds. */
const BOUNDS: Readonly<Record<string, readonly [low: number, high: number]>> = {
  Relu: [0, Number.POSITIVE_INFINITY],
  Relu6: [0, 6],
};

/**
 * Elementwise kernels that the shipped backend computes value by value through function pointers: with SIMD they take a
 * tenth of the time. Bounds and extremes keep NaN, which the shipped ones lose. Only float32 operands; the shipped kernels keep
 * the other types.
 */
export function replaceElementwise(): void {
  for (const [name, run] of Object.entries(UNARY)) {
    replaceKernel<"x", object>(name, anyOperands, (shipped) => (call) => {
      const { x } = call.inputs;
      return x.dtype === "float32" ? unary(call.backend, run, x) : shipped(call);
    });
  }
  replaceKernel<"x", { readonly alpha: number }>("LeakyRelu", anyOperands, (shipped) => (call) => {
    const { x } = call.inputs;
    return x.dtype === "float32" ? unary(call.backend, "leakyRelu", x, call.attrs.alpha) : shipped(call);
  });
  replaceBounds();
  for (const [name, rule] of Object.entries(BINARY)) {
    replaceKernel<"a" | "b", object>(name, broadcastable("a", "b"), (shipped) => (call) => {
      const { a, b } = call.inputs;
      return a.dtype === "float32" && b.dtype === "float32" ? binary(call, ...rule) : shipped(call);
    });
  }
}

function replaceBounds(): void {
  for (const [name, bounds] of Object.entries(BOUNDS)) {
    replaceKernel<"x", object>(
      name,
      anyOperands,
      () =>
        ({ inputs, backend }) =>
          clip(backend, inputs.x, ...bounds),
    );
  }
  replaceKernel<"x", { readonly clipValueMin: number; readonly clipValueMax: number }>(
    "ClipByValue",
    anyOperands,
    () =>
      ({ inputs, attrs, backend }) =>
        clip(backend, inputs.x, attrs.clipValueMin, attrs.clipValueMax),
  );
}

function clip(backend: WasmBackend, x: TensorInfo, low: number, high: number): TensorInfo {
  if (x.dtype === "float32") return unary(backend, "clip", x, low, high);
  const y = backend.makeOutput(x.shape, x.dtype);
  const from = valuesOf(backend, x);
  valuesOf(backend, y).set(from.map((value) => Math.min(high, Math.max(low, value))));
  return y;
}

function unary(backend: WasmBackend, run: string, x: TensorInfo, ...settings: number[]): TensorInfo {
  const y = backend.makeOutput(x.shape, "float32");
  nativeKernels(backend).run[run]!(pointer(backend, x), pointer(backend, y), sizeOf(x.shape), ...settings);
  return y;
}

function binary(
  { inputs, backend }: KernelCall<"a" | "b", object>,
  run: string,
  exchange: boolean,
  dtype: "float32" | "bool",
): TensorInfo {
  const [a, b] = exchange ? [inputs.b, inputs.a] : [inputs.a, inputs.b];
  const shape = tf.broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
  const y = backend.makeOutput(shape, dtype);
  const size = sizeOf(shape);
  const operands = [a, b].map((operand) => spread(backend, operand, shape));
  const flat = operands.flatMap(({ tensor }) => [pointer(backend, tensor), sizeOf(tensor.shape) === size ? 1 : 0]);
  nativeKernels(backend).run[run]!(...flat, pointer(backend, y), size);
  for (const { tensor, temporary } of operands) if (temporary) backend.disposeData(tensor.dataId);
  return y;
}
