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
  const { m, n, inner, stepsA, stepsB, batches } = steps;
  for (const {
    at,
    count,
    a: [ia, nextA],
    b: [ib, nextB],
  } of batches) {
    run.gemmBatch!(
      ...[count, nextA, nextB, m * n, m, n, inner],
      ...[from + 4 * ia, ...stepsA, with_ + 4 * ib, ...stepsB, to + 4 * at * m * n, work],
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
  const one = (ia: number, ib: number, to: number): void => {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) {
          sum += a[ia + i * stepsA[0] + k * stepsA[1]]! * b[ib + k * stepsB[0] + j * stepsB[1]]!;
        }
        y[to + i * n + j] = sum;
      }
    }
  };
  for (const run of steps.batches) {
    for (let i = 0; i < run.count; i++) one(run.a[0] + i * run.a[1], run.b[0] + i * run.b[1], (run.at + i) * m * n);
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
  const stepsA: [number, number] = transposeA ? [1, aColumns] : [aColumns, 1];
  const stepsB: [number, number] = transposeB ? [1, bColumns] : [bColumns, 1];
  const batches = runsOf(batch, batchA, batchB).map(({ at, count, a, b }): Run => {
    const [sizeA, sizeB] = [aRows * aColumns, bRows * bColumns];
    return { at, count, a: [a[0] * sizeA, a[1] * sizeA], b: [b[0] * sizeB, b[1] * sizeB] };
  });
  return { out, steps: { m, n, inner, stepsA, stepsB, batches } };
}

/** Products whose operands lie in steps: from the `at`-th on `count` of them, each operand by its first and how far on the next is. */
interface Run {
  readonly at: number;
  readonly count: number;
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

/** A batch of matrices in runs, counted in matrices: one where both operands have all of them or one for all. */
function runsOf(batch: readonly number[], a: readonly number[], b: readonly number[]): Run[] {
  const [count, sizeA, sizeB] = [sizeOf(batch), sizeOf(a), sizeOf(b)];
  const plain = (size: number): boolean => size === count || size === 1;
  if (plain(sizeA) && plain(sizeB)) {
    return [{ at: 0, count, a: [0, sizeA === 1 ? 0 : 1], b: [0, sizeB === 1 ? 0 : 1] }];
  }
  const indices = matrixIndices(batch, a, b);
  return Array.from({ length: count }, (_, at): Run => {
    const [ia, ib] = indices(at);
    return { at, count: 1, a: [ia, 0], b: [ib, 0] };
  });
}
