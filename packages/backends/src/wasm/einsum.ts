import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "./backend.js";
import { anyOperands } from "./checks.js";
import { callKernel, type KernelCall, replaceKernel } from "./kernel.js";

/**
 * Sums of products named by an equation, which the shipped backend lacks: transpose, multiply and sum, axis by axis. Sizes are
 * compared as the equation is read.
 */
export function addEinsum(): void {
  replaceKernel<string, { readonly equation: string }>("Einsum", anyOperands, () => einsum);
}

function einsum({ inputs, attrs, backend }: KernelCall<string, { readonly equation: string }>): TensorInfo {
  const temporaries: TensorInfo[] = [];
  let result: TensorInfo | undefined;
  try {
    result = compute(Object.values(inputs), attrs.equation, (name, operands, settings = {}) => {
      const made = callKernel(name, backend, operands, settings);
      temporaries.push(made);
      return made;
    });
    // The engine counts references: a result that is one of the operands needs one of its own.
    if (!temporaries.includes(result)) result = callKernel("Identity", backend, { x: result });
    return result;
  } finally {
    for (const temporary of temporaries) if (temporary !== result) backend.disposeData(temporary.dataId);
  }
}

type Call = (name: string, operands: Readonly<Record<string, TensorInfo>>, settings?: object) => TensorInfo;

function compute(given: readonly TensorInfo[], equation: string, call: Call): TensorInfo {
  const { allDims, summedDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, given.length);
  tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, given as tf.Tensor[]);
  const { path, steps } = tf.backend_util.getEinsumComputePath(summedDims, idDims);
  const dtype = given.map((x) => x.dtype).reduce((a, b) => tf.upcastType(a, b));
  const tensors = given.map((x) => (x.dtype === dtype ? x : call("Cast", { x }, { dtype })));
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
      out = out === undefined ? x : call("Multiply", { a: x, b: out });
    }
    if (i < steps.length - 1) {
      const axis = path[i]! - (allDims.length - axes);
      if (path[i]! >= 0) out = call("Sum", { x: out! }, { axis, keepDims: false });
      axes--;
    }
  }
  return out!;
}
