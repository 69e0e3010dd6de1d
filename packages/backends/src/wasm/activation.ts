import { sizeOf } from "@latentkit/core/authoring";
import type { TensorInfo } from "./backend.js";
import { biasOf, refuse } from "./checks.js";
import { callKernel, type KernelCall, pointer, valuesOf } from "./kernel.js";
import { nativeKernels } from "./module.js";

/** The activation that a fused kernel ends with. */
export interface Activation {
  readonly activation: string;
  readonly leakyreluAlpha?: number;
}

/** The inputs that fused kernels have beside their operands. */
export type Ending = "bias" | "preluActivationWeights";

const IN_PLACE = ["linear", "relu", "relu6"];
const KERNELS: Readonly<Record<string, string>> = {
  elu: "Elu",
  leakyrelu: "LeakyRelu",
  prelu: "Prelu",
  sigmoid: "Sigmoid",
  tanh: "Tanh",
};

/** Refuses a bias that does not fit `columns`, and activations that do not exist, before anything is computed. */
export function checkEnding({ inputs, attrs }: KernelCall<Ending, Activation>, columns: number, name: string): void {
  biasOf(columns, (inputs as Partial<typeof inputs>).bias, name);
  if (!IN_PLACE.includes(attrs.activation) && !(attrs.activation in KERNELS)) {
    refuse(name, `the activation '${attrs.activation}' is unknown on wasm.`);
  }
}

/** Adds a bias along the last axis and applies an activation, in place where that is possible. */
export function addBiasAndActivate(
  { inputs, attrs, backend }: KernelCall<Ending, Activation>,
  x: TensorInfo,
): TensorInfo {
  const { bias, preluActivationWeights } = inputs as Partial<typeof inputs>;
  if (x.dtype === "int32") return endIntegers({ inputs, attrs, backend }, x);
  const kind = IN_PLACE.indexOf(attrs.activation);
  if (bias !== undefined || kind > 0) {
    const columns = bias !== undefined && sizeOf(bias.shape) === 1 ? 1 : x.shape.at(-1)!;
    const from = bias === undefined ? 0 : pointer(backend, bias);
    nativeKernels(backend).run.addBias!(pointer(backend, x), sizeOf(x.shape), from, columns, Math.max(kind, 0));
  }
  if (kind >= 0) return x;
  const operands: Record<string, TensorInfo> = preluActivationWeights ? { x, alpha: preluActivationWeights } : { x };
  try {
    return callKernel(KERNELS[attrs.activation]!, backend, operands, { alpha: attrs.leakyreluAlpha });
  } finally {
    backend.disposeData(x.dataId);
  }
}

function endIntegers({ inputs, attrs, backend }: KernelCall<Ending, Activation>, x: TensorInfo): TensorInfo {
  const { bias } = inputs as Partial<typeof inputs>;
  const kind = IN_PLACE.indexOf(attrs.activation);
  if (kind < 0) {
    backend.disposeData(x.dataId);
    refuse("_FusedMatMul", `the activation '${attrs.activation}' takes float32, received int32.`);
  }
  const values = valuesOf(backend, x);
  const added = bias === undefined ? undefined : valuesOf(backend, bias);
  const top = kind === 2 ? 6 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const sum = values[i]! + (added === undefined ? 0 : added[i % added.length]!);
    values[i] = kind > 0 ? Math.min(top, Math.max(0, sum)) : sum;
  }
  return x;
}
