import { sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { matrixIndices } from "../internal/matrices.js";
import { type Activation, addBiasAndActivate, checkEnding, type Ending } from "./activation.js";
import type { TensorInfo } from "./backend.js";
import { multipliable } from "./checks.js";
import { callKernel, type KernelCall, pointer, replaceKernel, valuesOf } from "./kernel.js";
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
  replaceKernel<"a" | "b", MatMulAttrs>("BatchMatMul", multipliable, () => (call) => product(call));
  replaceKernel<"a" | "b" | Ending, MatMulAttrs & Activation>(
    "_FusedMatMul",
    (call, name) => {
      multipliable(call, name);
      checkEnding(call, call.inputs.b.shape.at(call.attrs.transposeB ? -2 : -1)!, name);
    },
    () => (call) => addBiasAndActivate(call, product(call)),
  );
}

function product(call: KernelCall<"a" | "b", MatMulAttrs>): TensorInfo {
  const { inputs, backend } = call;
  const float = (x: TensorInfo): TensorInfo =>
    x.dtype === "float32" ? x : callKernel("Cast", backend, { x }, { dtype: "float32" });
  if (inputs.a.dtype !== "float32" && inputs.b.dtype !== "float32") return integerProduct(call);
  const [a, b] = [float(inputs.a), float(inputs.b)];
  const { out, steps } = layOut(call, a, b, "float32");
  const { run, scratch } = nativeKernels(backend);
  const work = scratch(run.gemmScratch!());
  const [from, with_, to] = [pointer(backend, a), pointer(backend, b), pointer(backend, out)];
  const { m, n, inner, stepsA, stepsB } = steps;
  for (const [i, [ia, ib]] of steps.pairs.entries()) {
    run.gemm!(
      ...[m, n, inner, from + 4 * ia, ...stepsA, with_ + 4 * ib, ...stepsB],
      ...[to + 4 * i * m * n, n, 0, work],
    );
  }
  if (a !== inputs.a) backend.disposeData(a.dataId);
  if (b !== inputs.b) backend.disposeData(b.dataId);
  return out;
}

function integerProduct(call: KernelCall<"a" | "b", MatMulAttrs>): TensorInfo {
  const { inputs, backend } = call;
  const { out, steps } = layOut(call, inputs.a, inputs.b, "int32");
  const { m, n, inner, stepsA, stepsB } = steps;
  const [a, b, y] = [inputs.a, inputs.b, out].map((tensor) => valuesOf(backend, tensor)) as [Ints, Ints, Ints];
  for (const [batch, [ia, ib]] of steps.pairs.entries()) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) {
          sum += a[ia + i * stepsA[0] + k * stepsA[1]]! * b[ib + k * stepsB[0] + j * stepsB[1]]!;
        }
        y[(batch * m + i) * n + j] = sum;
      }
    }
  }
  return out;
}

type Ints = ReturnType<typeof valuesOf>;

/** Makes the result of a product, and says where its operands' matrices and their rows and columns lie, in values. */
function layOut(
  { attrs, backend }: KernelCall<"a" | "b", MatMulAttrs>,
  a: TensorInfo,
  b: TensorInfo,
  dtype: "float32" | "int32",
) {
  const { transposeA, transposeB } = attrs;
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [m, inner] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const n = transposeB ? bRows : bColumns;
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
  const out = backend.makeOutput([...batch, m, n], dtype);
  const indices = matrixIndices(batch, batchA, batchB);
  const pairs = Array.from({ length: sizeOf(batch) }, (_, i): [number, number] => {
    const [ia, ib] = indices(i);
    return [ia * aRows * aColumns, ib * bRows * bColumns];
  });
  const stepsA: [number, number] = transposeA ? [1, aColumns] : [aColumns, 1];
  const stepsB: [number, number] = transposeB ? [1, bColumns] : [bColumns, 1];
  return { out, steps: { m, n, inner, stepsA, stepsB, pairs } };
}
