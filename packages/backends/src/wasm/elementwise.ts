import { sizeOf } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { anything } from "./checks.js";
import { type KernelCall, pointer, replaceKernel, type TensorInfo, type WasmBackend } from "./kernel.js";
import { nativeKernels } from "./module.js";
import { copyView, rowMajorSteps } from "./view.js";

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

/**
 * Elementwise kernels that the shipped backend computes value by value through function pointers: with SIMD they take a
 * tenth of the time. Only float32 operands; the shipped kernels keep the other types.
 */
export function replaceElementwise(): void {
  for (const [name, run] of Object.entries(UNARY)) {
    replaceKernel<"x", object>(name, anything, (shipped) => (call) => {
      const { x } = call.inputs;
      return x.dtype === "float32" ? unary(call.backend, run, x) : shipped(call as never);
    });
  }
  replaceKernel<"x", { readonly alpha: number }>("LeakyRelu", anything, (shipped) => (call) => {
    const { x } = call.inputs;
    return x.dtype === "float32" ? unary(call.backend, "leakyRelu", x, call.attrs.alpha) : shipped(call as never);
  });
  for (const [name, high] of [
    ["Relu", Number.POSITIVE_INFINITY],
    ["Relu6", 6],
  ] as const) {
    replaceKernel<"x", object>(name, anything, (shipped) => (call) => {
      const { x } = call.inputs;
      return x.dtype === "float32" ? unary(call.backend, "clip", x, 0, high) : shipped(call as never);
    });
  }
  replaceKernel<"x", { readonly clipValueMin: number; readonly clipValueMax: number }>(
    "ClipByValue",
    anything,
    (shipped) => (call) => {
      const { inputs, attrs, backend } = call;
      if (inputs.x.dtype !== "float32") return shipped(call as never);
      return unary(backend, "clip", inputs.x, attrs.clipValueMin, attrs.clipValueMax);
    },
  );
  replaceKernel<"x" | "alpha", object>("Prelu", anything, (shipped) => (call) => {
    const { x, alpha } = call.inputs;
    if (x.dtype !== "float32" || alpha.dtype !== "float32") return shipped(call as never);
    return binary({ ...call, inputs: { a: x, b: alpha } }, "prelu", false, "float32");
  });
  for (const [name, rule] of Object.entries(BINARY)) {
    replaceKernel<"a" | "b", object>(name, anything, (shipped) => (call) => {
      const { a, b } = call.inputs;
      return a.dtype === "float32" && b.dtype === "float32" ? binary(call, ...rule) : shipped(call as never);
    });
  }
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

/** An operand as it is when it has one value or the result's size, else repeated to the result's shape. */
function spread(
  backend: WasmBackend,
  tensor: TensorInfo,
  shape: readonly number[],
): { readonly tensor: TensorInfo; readonly temporary: boolean } {
  const count = sizeOf(tensor.shape);
  if (count === 1 || count === sizeOf(shape)) return { tensor, temporary: false };
  const out = backend.makeOutput(shape, tensor.dtype);
  const own = rowMajorSteps(tensor.shape);
  const missing = shape.length - tensor.shape.length;
  const from = shape.map((_, axis) =>
    axis < missing || tensor.shape[axis - missing] === 1 ? 0 : own[axis - missing]!,
  );
  copyView(backend, out, tensor, shape, rowMajorSteps(shape), from);
  return { tensor: out, temporary: true };
}
