import { sizeOf, UnsupportedError } from "@latentkit/core";
import { callKernel, type KernelCall, pointer, type TensorInfo } from "./kernel.js";
import { nativeKernels } from "./module.js";

/** The activation that a fused kernel ends with. */
export interface Activation {
  readonly activation: string;
  readonly leakyreluAlpha?: number;
}

const IN_PLACE = ["linear", "relu", "relu6"];
const KERNELS: Readonly<Record<string, string>> = {
  elu: "Elu",
  leakyrelu: "LeakyRelu",
  prelu: "Prelu",
  sigmoid: "Sigmoid",
  tanh: "Tanh",
};

/** Adds a bias along the last axis and applies an activation, in place where that is possible. */
export function addBiasAndActivate(
  { inputs, attrs, backend }: KernelCall<"bias" | "preluActivationWeights", Activation>,
  x: TensorInfo,
): TensorInfo {
  const { bias, preluActivationWeights } = inputs as Partial<typeof inputs>;
  if (bias !== undefined && !alongColumns(bias, x)) {
    const sum = callKernel("Add", backend, { a: x, b: bias });
    backend.disposeData(x.dataId);
    return addBiasAndActivate({ inputs: { ...inputs, bias: undefined as never }, attrs, backend }, sum);
  }
  const kind = IN_PLACE.indexOf(attrs.activation);
  if (bias !== undefined || kind > 0) {
    const columns = x.shape.at(-1)!;
    const from = bias === undefined ? 0 : pointer(backend, bias);
    nativeKernels(backend).run.addBias!(pointer(backend, x), sizeOf(x.shape), from, columns, Math.max(kind, 0));
  }
  if (kind >= 0) return x;
  const name = KERNELS[attrs.activation];
  if (name === undefined) {
    backend.disposeData(x.dataId);
    throw new UnsupportedError(
      `fused kernels: the activation '${attrs.activation}' is unknown on wasm; apply it by itself.`,
    );
  }
  const operands: Record<string, TensorInfo> = preluActivationWeights ? { x, alpha: preluActivationWeights } : { x };
  const out = callKernel(name, backend, operands, { alpha: attrs.leakyreluAlpha });
  backend.disposeData(x.dataId);
  return out;
}

/** Whether a bias is one float for each value of the last axis; any other is added as broadcasting has it. */
function alongColumns(bias: TensorInfo, x: TensorInfo): boolean {
  const columns = x.shape.at(-1)!;
  return bias.dtype === "float32" && bias.shape.at(-1) === columns && sizeOf(bias.shape) === columns;
}
