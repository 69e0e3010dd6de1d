import { UnsupportedError } from "@latentkit/core";
import { sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { matrixIndices } from "../internal/matrices.js";
import { type CpuCall, type CpuValues, callCpu, replaceCpuKernel, valuesOn } from "./kernel.js";

interface MatMulAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

interface Activated {
  readonly activation?: string;
}

const KNOWN = ["linear", "relu", "relu6", "elu", "prelu", "leakyrelu", "sigmoid"];

/**
 * Products of batches that are repeated along different axes, of which the shipped kernel makes too few; sums of products of
 * operands of two types; and the activation that fused kernels lack.
 */
export function replaceProducts(): void {
  replaceCpuKernel<"a" | "b", MatMulAttrs>("BatchMatMul", (shipped) => (call) => {
    const [a, b] = [call.inputs.a.shape.slice(0, -2), call.inputs.b.shape.slice(0, -2)];
    return Math.min(sizeOf(a), sizeOf(b)) === 1 || a.join() === b.join() ? shipped(call) : repeated(call);
  });
  replaceCpuKernel("Einsum", (shipped) => ({ inputs, attrs, backend }) => {
    const given = Object.values(inputs);
    const dtype = given.map((x) => x.dtype).reduce((p, q) => tf.upcastType(p, q));
    const operands = given.map((x) => (x.dtype === dtype ? x : callCpu("Cast", backend, { x }, { dtype })));
    // This kernel takes a list in the place of named inputs.
    const inOrder = operands as object as Readonly<Record<string, tf.TensorInfo>>;
    const out = shipped({ inputs: inOrder, attrs, backend });
    for (const [i, x] of operands.entries()) if (x !== given[i]) backend.disposeIntermediateTensorInfo(x);
    return out;
  });
  for (const name of ["_FusedMatMul", "FusedConv2D", "FusedDepthwiseConv2D"]) {
    replaceCpuKernel<string, Activated>(name, (shipped) => (call) => {
      const { activation = "linear" } = call.attrs;
      if (KNOWN.includes(activation)) return shipped(call);
      if (activation !== "tanh") {
        throw new UnsupportedError(
          `${name}: the activation '${activation}' is unknown on cpu; take ${KNOWN.join(", ")} or tanh.`,
        );
      }
      const x = shipped({ ...call, attrs: { ...call.attrs, activation: "linear" } }) as tf.TensorInfo;
      const y = callCpu("Tanh", call.backend, { x });
      call.backend.disposeIntermediateTensorInfo(x);
      return y;
    });
  }
}

function repeated({ inputs: { a, b }, attrs, backend }: CpuCall<"a" | "b", MatMulAttrs>): tf.TensorInfo {
  const { transposeA, transposeB } = attrs;
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [m, inner] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const n = transposeB ? bRows : bColumns;
  const [aRow, aStep] = transposeA ? [1, aColumns] : [aColumns, 1];
  const [bStep, bColumn] = transposeB ? [1, bColumns] : [bColumns, 1];
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
  const indices = matrixIndices(batch, batchA, batchB);
  const [left, right] = [valuesOn(backend, a), valuesOn(backend, b)];
  const out = tf.util.getTypedArrayFromDType(a.dtype as "float32", sizeOf(batch) * m * n) as CpuValues;
  for (let at = 0; at < sizeOf(batch); at++) {
    const [ia, ib] = indices(at);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const [p, q] = [ia * m * inner + i * aRow, ib * inner * n + j * bColumn];
        let sum = 0;
        for (let k = 0; k < inner; k++) sum += left[p + k * aStep]! * right[q + k * bStep]!;
        out[(at * m + i) * n + j] = sum;
      }
    }
  }
  return backend.makeTensorInfo([...batch, m, n], a.dtype, out);
}
