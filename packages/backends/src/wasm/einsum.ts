import * as tf from "@tensorflow/tfjs";
import { anything } from "./checks.js";
import { callKernel, type KernelCall, replaceKernel, type TensorInfo } from "./kernel.js";

/** Sums of products named by an equation, which the shipped backend lacks: transpose, multiply and sum, axis by axis. */
export function addEinsum(): void {
  replaceKernel<string, { readonly equation: string }>("Einsum", anything, () => einsum);
}

function einsum({ inputs, attrs, backend }: KernelCall<string, { readonly equation: string }>): TensorInfo {
  const tensors = Object.values(inputs);
  const { allDims, summedDims, idDims } = tf.backend_util.decodeEinsumEquation(attrs.equation, tensors.length);
  tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as tf.Tensor[]);
  const { path, steps } = tf.backend_util.getEinsumComputePath(summedDims, idDims);
  // The shipped product takes both operands for the first one's type.
  const dtype = tensors.some((tensor) => tensor.dtype === "float32") ? "float32" : "int32";
  const temporaries: TensorInfo[] = [];
  const call = (name: string, operands: Readonly<Record<string, TensorInfo>>, settings: object = {}): TensorInfo => {
    const result = callKernel(name, backend, operands, settings);
    temporaries.push(result);
    return result;
  };
  let axes = allDims.length;
  let out: TensorInfo | undefined;
  for (const [i, terms] of steps.entries()) {
    for (const term of terms) {
      const { permutationIndices: perm, expandDims } = tf.backend_util.getEinsumPermutation(axes, idDims[term]!);
      let x = tensors[term]!;
      if (!tf.backend_util.isIdentityPermutation(perm)) x = call("Transpose", { x }, { perm });
      const shape = [...x.shape];
      for (const at of expandDims) shape.splice(at, 0, 1);
      if (expandDims.length > 0) x = call("Reshape", { x }, { shape });
      if (x.dtype !== dtype) x = call("Cast", { x }, { dtype });
      out = out === undefined ? x : call("Multiply", { a: x, b: out });
    }
    if (i < steps.length - 1) {
      const axis = path[i]! - (allDims.length - axes);
      if (path[i]! >= 0) out = call("Sum", { x: out! }, { axis, keepDims: false });
      axes--;
    }
  }
  // The engine counts references: a result that is one of the operands needs one of its own.
  if (!temporaries.includes(out!)) out = call("Identity", { x: out! });
  for (const temporary of temporaries) if (temporary !== out) backend.disposeData(temporary.dataId);
  return out!;
}
