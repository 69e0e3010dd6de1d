import * as tf from "@tensorflow/tfjs";
import { onHost } from "./host.js";
import type { KernelCall, TensorInfo } from "./kernel.js";

type Call = KernelCall<string, object>;
type Rule = (call: Call) => boolean;

const always: Rule = () => true;
const input = (name: string, ...types: readonly string[]): Rule => {
  return ({ inputs }) => types.includes(inputs[name]!.dtype);
};

/**
 * Calls that the shipped kernels of TensorFlow.js 4.22.0 get wrong: other values, values of another type's size (beyond the
 * tensor's end), or the loss of what is not a number. They are computed on the host.
 */
const WRONG: Readonly<Record<string, Rule>> = {
  BatchMatMul: input("a", "int32", "bool"),
  Conv3DBackpropFilterV2: always,
  Conv3DBackpropInputV2: always,
  Cumprod: always,
  Cumsum: input("x", "int32", "bool"),
  GatherV2: always,
  MaxPool: input("x", "int32", "bool"),
  MaxPool3D: input("x", "int32", "bool"),
  MaxPool3DGrad: always,
  AvgPool3DGrad: always,
  Reverse: input("x", "bool"),
  Select: input("t", "bool"),
  StridedSlice: input("x", "int32", "bool"),
};

/** The largest rank that the shipped kernels take. */
const RANKS = 6;

/** Kernels that copy nothing, or for which all values lie in a row. */
const ANY_RANK: readonly string[] = ["Cast", "ExpandDims", "Fill", "Identity", "OnesLike", "Reshape", "ZerosLike"];

/** Sends what the shipped kernels get wrong to the host, also where they are called by those that replace them. */
export function guardShipped(): void {
  for (const kernel of tf.getKernelsForBackend("wasm")) {
    const { kernelName: name, kernelFunc } = kernel;
    const run = kernelFunc as unknown as (call: Call) => TensorInfo | TensorInfo[];
    const wrong = WRONG[name] ?? (() => false);
    const high: Rule = ({ inputs }) =>
      !ANY_RANK.includes(name) && Object.values(inputs).some((tensor) => tensor && tensor.shape.length > RANKS);
    const guarded = (call: Call) => (wrong(call) || high(call) ? onHost(name, call) : run(call));
    tf.unregisterKernel(name, "wasm");
    tf.registerKernel({ ...kernel, kernelFunc: guarded as never });
  }
}
