import { sizeOf } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { anything, choices, segments } from "./checks.js";
import { onHost } from "./host.js";
import { pointer, replaceKernel, type TensorInfo, type WasmBackend, zeros } from "./kernel.js";
import { nativeKernels } from "./module.js";

const WIDE: readonly string[] = ["float32", "int32"];

/** Kernels that go by indices or conditions. */
export function replaceIndexing(): void {
  replaceGather();
  addSegmentSum();
  replaceOneHot();
  replaceSelect();
}

interface OneHotAttrs {
  readonly depth: number;
  readonly onValue: number;
  readonly offValue: number;
  readonly dtype?: "float32" | "int32" | "bool";
}

/** Rows with one value that differs. The shipped kernel writes values of four bytes, whatever the type. */
function replaceOneHot(): void {
  replaceKernel<"indices", OneHotAttrs>("OneHot", anything, () => (call) => {
    const { inputs, attrs, backend } = call;
    const { indices } = inputs;
    const { depth, onValue, offValue, dtype = "int32" } = attrs;
    if (indices.dtype !== "int32") return onHost("OneHot", call) as TensorInfo;
    const out = backend.makeOutput([...indices.shape, depth], dtype);
    const Values = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
    const rows = new Values(backend.wasm.HEAPU8.buffer as ArrayBuffer, pointer(backend, out), sizeOf(out.shape)).fill(
      offValue,
    );
    for (const [row, index] of integers(backend, indices).entries()) {
      if (index >= 0 && index < depth) rows[row * depth + index] = onValue;
    }
    return out;
  });
}

interface GatherAttrs {
  readonly axis: number;
  readonly batchDims?: number;
}

function replaceGather(): void {
  replaceKernel<"x" | "indices", GatherAttrs>("GatherV2", anything, (shipped) => (call) => {
    const { inputs, attrs, backend } = call;
    const { x, indices } = inputs;
    if (!WIDE.includes(x.dtype) || indices.dtype !== "int32") return shipped(call as never);
    const [axis] = tf.util.parseAxisParam(attrs.axis, [...x.shape]) as [number];
    const batchDims = attrs.batchDims ?? 0;
    const info = tf.backend_util.segment_util.collectGatherOpShapeInfo(
      ...([x as tf.TensorInfo, indices as tf.TensorInfo, axis, batchDims] as [never, never, number, number]),
    );
    const size = x.shape[axis]!;
    for (const index of integers(backend, indices)) {
      if (index < 0 || index >= size)
        throw new Error(`gather: expected indices from 0 to ${size - 1}, received ${index}.`);
    }
    const out = backend.makeOutput(info.outputShape, x.dtype);
    const [from, at, to] = [x, indices, out].map((tensor) => pointer(backend, tensor)) as [number, number, number];
    const { batchSize, outerSize, sliceSize } = info;
    const count = batchSize === 0 ? 0 : sizeOf(indices.shape) / batchSize;
    const { run } = nativeKernels(backend);
    for (let n = 0; n < batchSize; n++) {
      run.gather!(
        ...([from + 4 * n * outerSize * size * sliceSize, at + 4 * n * count] as const),
        ...([to + 4 * n * outerSize * count * sliceSize, outerSize, size, count, 4 * sliceSize] as const),
      );
    }
    return out;
  });
}

function integers(backend: WasmBackend, tensor: TensorInfo): Int32Array {
  return new Int32Array(backend.wasm.HEAPU8.buffer, pointer(backend, tensor), sizeOf(tensor.shape));
}

/** The gradient of gathering, which the shipped backend lacks: indices out of range are left out, as on cpu. */
function addSegmentSum(): void {
  replaceKernel<"x" | "segmentIds", { readonly numSegments: number }>("UnsortedSegmentSum", segments, () => (call) => {
    const { inputs, attrs, backend } = call;
    const { x, segmentIds } = inputs;
    if (x.dtype !== "float32" || segmentIds.dtype !== "int32") return onHost("UnsortedSegmentSum", call) as TensorInfo;
    const out = zeros(backend, [attrs.numSegments, ...x.shape.slice(segmentIds.shape.length)]);
    const pointers = [x, segmentIds, out].map((tensor) => pointer(backend, tensor));
    nativeKernels(backend).run.segmentSum!(
      ...pointers,
      sizeOf(segmentIds.shape),
      attrs.numSegments,
      4 * sizeOf(x.shape.slice(segmentIds.shape.length)),
    );
    return out;
  });
}

function replaceSelect(): void {
  replaceKernel<"condition" | "t" | "e", object>("Select", choices, (shipped) => (call) => {
    const { condition, t, e } = call.inputs;
    const wide = t.dtype !== "bool" && t.dtype === e.dtype && condition.dtype === "bool";
    if (!wide || sizeOf(condition.shape) !== sizeOf(t.shape)) return shipped(call as never);
    const { backend } = call;
    const y = backend.makeOutput(t.shape, t.dtype);
    const pointers = [condition, t, e, y].map((tensor) => pointer(backend, tensor));
    nativeKernels(backend).run.select!(...pointers, sizeOf(t.shape));
    return y;
  });
}
