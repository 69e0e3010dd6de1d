import { sizeOf } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { type Activation, addBiasAndActivate } from "./activation.js";
import { matrices } from "./checks.js";
import { onHost } from "./host.js";
import { type KernelCall, pointer, replaceKernel, type TensorInfo, zeros } from "./kernel.js";
import { nativeKernels } from "./module.js";

interface MatMulAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * Products of batches of matrices, equally fast whichever operand is transposed. The shipped kernel leaves XNNPACK for
 * three nested loops then, and the gradient of every product has a transposed operand.
 */
export function replaceMatMul(): void {
  replaceKernel<"a" | "b", MatMulAttrs>("BatchMatMul", matrices, (shipped) => (call) => {
    if (call.inputs.a.dtype !== "float32" || call.inputs.b.dtype !== "float32") return shipped(call as never);
    return product(call);
  });
  replaceKernel<"a" | "b" | "bias" | "preluActivationWeights", MatMulAttrs & Activation>(
    "_FusedMatMul",
    matrices,
    () => (call) => {
      const { a, b } = call.inputs;
      if (a.dtype === "float32" && b.dtype === "float32") return addBiasAndActivate(call, product(call));
      return onHost("_FusedMatMul", call) as TensorInfo;
    },
  );
}

function product({ inputs, attrs, backend }: KernelCall<"a" | "b", MatMulAttrs>): TensorInfo {
  const { a, b } = inputs;
  const { transposeA, transposeB } = attrs;
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [m, inner] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const n = transposeB ? bRows : bColumns;
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
  if (inner === 0) return zeros(backend, [...batch, m, n]); // a sum of nothing
  const out = backend.makeOutput([...batch, m, n], "float32");
  const { run, scratch } = nativeKernels(backend);
  const work = scratch(run.gemmScratch!());
  const [from, with_, to] = [pointer(backend, a), pointer(backend, b), pointer(backend, out)];
  const indices = matrixIndices(batch, batchA, batchB);
  for (let i = 0; i < sizeOf(batch); i++) {
    const [ia, ib] = indices(i);
    run.gemm!(
      ...[m, n, inner],
      ...[from + 4 * ia * aRows * aColumns, transposeA ? 1 : aColumns, transposeA ? aColumns : 1],
      ...[with_ + 4 * ib * bRows * bColumns, transposeB ? 1 : bColumns, transposeB ? bColumns : 1],
      ...[to + 4 * i * m * n, n, 0, work],
    );
  }
  return out;
}

/** Which matrices of the two operands make the i-th of the result, when one is repeated along some axes. */
function matrixIndices(
  batch: readonly number[],
  a: readonly number[],
  b: readonly number[],
): (i: number) => readonly [number, number] {
  const equal = (shape: readonly number[]) => sizeOf(shape) === sizeOf(batch);
  const at = (shape: readonly number[], i: number): number => {
    if (equal(shape)) return i;
    let [index, step] = [0, 1];
    for (let axis = batch.length - 1, rest = i; axis >= 0; axis--) {
      const size = shape[axis - batch.length + shape.length] ?? 1;
      if (size > 1) index += (rest % batch[axis]!) * step;
      rest = Math.floor(rest / batch[axis]!);
      step *= size;
    }
    return index;
  };
  return (i) => [at(a, i), at(b, i)];
}
