import { sizeOf } from "@latentkit/core";
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
  const kind = IN_PLACE.indexOf(attrs.activation);
  if (bias !== undefined || kind > 0) {
    const columns = x.shape.at(-1)!;
    if (bias !== undefined && sizeOf(bias.shape) !== columns) {
      throw new Error(`expected a bias of ${columns} values, received [${bias.shape.join(", ")}].`);
    }
    const from = bias === undefined ? 0 : pointer(backend, bias);
    nativeKernels(backend).run.addBias!(pointer(backend, x), sizeOf(x.shape), from, columns, Math.max(kind, 0));
  }
  if (kind >= 0) return x;
  const name = KERNELS[attrs.activation];
  if (name === undefined) throw new Error(`the activation '${attrs.activation}' is unknown on wasm.`);
  const operands: Record<string, TensorInfo> = preluActivationWeights ? { x, alpha: preluActivationWeights } : { x };
  const out = callKernel(name, backend, operands, { alpha: attrs.leakyreluAlpha });
  backend.disposeData(x.dataId);
  return out;
}
