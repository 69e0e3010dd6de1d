import { callKernel, type KernelCall, replaceKernel, type TensorInfo } from "./kernel.js";

interface MatMulAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * Makes products with a transposed operand as fast as plain ones. The shipped kernel leaves XNNPACK for three nested
 * loops then, and the gradient of every product has a transposed operand; transposing first costs a tenth of that.
 */
export function replaceMatMul(): void {
  for (const name of ["BatchMatMul", "_FusedMatMul"]) {
    replaceKernel(name, (shipped) => (call) => {
      const { inputs, attrs, backend } = call as unknown as KernelCall<"a" | "b", MatMulAttrs>;
      if (!attrs.transposeA && !attrs.transposeB) return shipped(call);
      const a = attrs.transposeA ? swapLastAxes(inputs.a, backend) : inputs.a;
      const b = attrs.transposeB ? swapLastAxes(inputs.b, backend) : inputs.b;
      const product = shipped({
        backend,
        inputs: { ...inputs, a, b },
        attrs: { ...attrs, transposeA: false, transposeB: false },
      });
      if (attrs.transposeA) backend.disposeData(a.dataId);
      if (attrs.transposeB) backend.disposeData(b.dataId);
      return product;
    });
  }
}

function swapLastAxes(x: TensorInfo, backend: KernelCall["backend"]): TensorInfo {
  const perm = x.shape.map((_, axis) => axis);
  perm.push(...perm.splice(-2).reverse());
  return callKernel("Transpose", backend, { x }, { perm });
}
