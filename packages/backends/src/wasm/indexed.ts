import { sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { TensorInfo, WasmBackend } from "./backend.js";
import { all, refuse, types } from "./checks.js";
import {
  type Check,
  callKernel,
  guardKernel,
  type KernelCall,
  pointer,
  replaceKernel,
  valuesOf,
  zeros,
} from "./kernel.js";
import { nativeKernels } from "./module.js";
import { MOVABLE } from "./view.js";

/** Kernels that find places by number: every number is looked at before it becomes an address. */
export function replaceIndexed(): void {
  replaceGather();
  guardMany();
  replaceSegmentSum();
  replaceOneHot();
}

interface GatherAttrs {
  readonly axis: number;
  readonly batchDims?: number;
}

function replaceGather(): void {
  const check: Check<"x" | "indices", GatherAttrs> = ({ inputs: { x, indices }, attrs, backend }, name) => {
    const [axis] = tf.util.parseAxisParam(attrs.axis, [...x.shape]) as [number];
    const size = x.shape[axis]!;
    const batchDims = attrs.batchDims ?? 0;
    tf.backend_util.segment_util.collectGatherOpShapeInfo(x as tf.Tensor, indices as tf.Tensor, axis, batchDims);
    for (const index of valuesOf(backend, indices)) {
      if (index < 0 || index >= size) refuse(name, `the index value ${index} is not in [0, ${size - 1}].`);
    }
  };
  replaceKernel<"x" | "indices", GatherAttrs>(
    "GatherV2",
    all<"x" | "indices", GatherAttrs>(types(["indices"], "int32"), check),
    (shipped) => (call) => {
      if (call.inputs.x.dtype === "bool") return gatherBytes(call);
      return MOVABLE.includes(call.inputs.x.dtype) ? gather(call, 4) : shipped(call);
    },
  );
}

function gather({ inputs, attrs, backend }: KernelCall<"x" | "indices", GatherAttrs>, bytes: number): TensorInfo {
  const { x, indices } = inputs;
  const [axis] = tf.util.parseAxisParam(attrs.axis, [...x.shape]) as [number];
  const info = tf.backend_util.segment_util.collectGatherOpShapeInfo(
    x as tf.Tensor,
    indices as tf.Tensor,
    axis,
    attrs.batchDims ?? 0,
  );
  const { batchSize, outerSize, dimSize, sliceSize, outputShape } = info;
  const out = backend.makeOutput(outputShape, x.dtype);
  const [from, at, to] = [x, indices, out].map((tensor) => pointer(backend, tensor)) as [number, number, number];
  const count = batchSize === 0 ? 0 : sizeOf(indices.shape) / batchSize;
  const { run } = nativeKernels(backend);
  for (let b = 0; b < batchSize; b++) {
    run.gather!(
      ...[from + bytes * b * outerSize * dimSize * sliceSize, at + 4 * b * count],
      ...[to + bytes * b * outerSize * count * sliceSize, outerSize, dimSize, count, bytes * sliceSize],
    );
  }
  return out;
}

/** Truth values as numbers and back: slices of single bytes do not lie on the words that the kernel copies. */
function gatherBytes({ inputs, attrs, backend }: KernelCall<"x" | "indices", GatherAttrs>): TensorInfo {
  const wide = callKernel("Cast", backend, { x: inputs.x }, { dtype: "int32" });
  const found = gather({ inputs: { ...inputs, x: wide }, attrs, backend }, 4);
  const out = callKernel("Cast", backend, { x: found }, { dtype: "bool" });
  for (const temporary of [wide, found]) backend.disposeData(temporary.dataId);
  return out;
}

/** Refuses coordinates outside a shape. */
function within(backend: WasmBackend, indices: TensorInfo, shape: readonly number[], name: string): void {
  // A list of numbers is one of places along the first axis, where updates are written.
  const depth = name !== "GatherNd" && indices.shape.length < 2 ? 1 : (indices.shape.at(-1) ?? 1);
  if (depth > shape.length) refuse(name, `expected up to ${shape.length} coordinates, received ${depth}.`);
  for (const [i, index] of valuesOf(backend, indices).entries()) {
    const size = shape[i % depth]!;
    if (index < 0 || index >= size) refuse(name, `the index value ${index} is not in [0, ${size - 1}].`);
  }
}

function guardMany(): void {
  const int32 = types(["indices"], "int32");
  guardKernel<"params" | "indices", object>("GatherNd", (call, name) => {
    int32(call, name);
    within(call.backend, call.inputs.indices, call.inputs.params.shape, name);
  });
  guardKernel<"indices" | "updates", { readonly shape: number[] }>("ScatterNd", ({ inputs, attrs, backend }, name) => {
    tf.scatter_util.validateInput(inputs.updates as tf.Tensor, inputs.indices as tf.Tensor, attrs.shape);
    within(backend, inputs.indices, attrs.shape, name);
  });
  guardKernel<"tensor" | "indices" | "updates", object>("TensorScatterUpdate", ({ inputs, backend }, name) => {
    tf.scatter_util.validateInput(inputs.updates as tf.Tensor, inputs.indices as tf.Tensor, [...inputs.tensor.shape]);
    within(backend, inputs.indices, inputs.tensor.shape, name);
  });
}

/** The gradient of gathering, which the shipped backend lacks: indices out of range are left out, as on cpu. */
function replaceSegmentSum(): void {
  const check: Check<"x" | "segmentIds", { readonly numSegments: number }> = (
    { inputs: { x, segmentIds }, attrs },
    name,
  ) => {
    const lead = x.shape.slice(0, Math.max(1, segmentIds.shape.length));
    if (segmentIds.shape.join() !== lead.join()) {
      refuse(name, `expected segmentIds of [${lead.join(", ")}], received [${segmentIds.shape.join(", ")}].`);
    }
    if (!Number.isInteger(attrs.numSegments) || attrs.numSegments < 0) {
      refuse(name, `expected a whole number of segments, received ${attrs.numSegments}.`);
    }
  };
  replaceKernel<"x" | "segmentIds", { readonly numSegments: number }>(
    "UnsortedSegmentSum",
    all<"x" | "segmentIds", { readonly numSegments: number }>(
      types(["segmentIds"], "int32"),
      types(["x"], "float32", "int32"),
      check,
    ),
    () => segmentSum,
  );
}

function segmentSum(call: KernelCall<"x" | "segmentIds", { readonly numSegments: number }>): TensorInfo {
  const { inputs, attrs, backend } = call;
  const { x, segmentIds } = inputs;
  const rest = x.shape.slice(segmentIds.shape.length);
  const shape = [attrs.numSegments, ...rest];
  const inner = sizeOf(rest);
  if (x.dtype === "int32") {
    const out = backend.makeOutput(shape, "int32");
    const [from, to] = [valuesOf(backend, x), valuesOf(backend, out).fill(0)];
    for (const [row, id] of valuesOf(backend, segmentIds).entries()) {
      if (id < 0 || id >= attrs.numSegments) continue;
      for (let i = 0; i < inner; i++) to[id * inner + i]! += from[row * inner + i]!;
    }
    return out;
  }
  const out = zeros(backend, shape);
  const pointers = [x, segmentIds, out].map((tensor) => pointer(backend, tensor));
  nativeKernels(backend).run.segmentSum!(...pointers, sizeOf(segmentIds.shape), attrs.numSegments, 4 * inner);
  return out;
}

interface OneHotAttrs {
  readonly dtype: tf.DataType;
  readonly depth: number;
  readonly onValue: number;
  readonly offValue: number;
}

function replaceOneHot(): void {
  const check: Check<"indices", OneHotAttrs> = ({ attrs }, name) => {
    if (!(attrs.depth >= 0)) refuse(name, `expected a depth from 0, received ${attrs.depth}.`);
  };
  replaceKernel<"indices", OneHotAttrs>("OneHot", check, () => ({ inputs: { indices }, attrs, backend }) => {
    const out = backend.makeOutput([...indices.shape, attrs.depth], attrs.dtype);
    const values = valuesOf(backend, out).fill(attrs.offValue);
    for (const [i, index] of valuesOf(backend, indices).entries()) {
      if (index >= 0 && index < attrs.depth) values[i * attrs.depth + index] = attrs.onValue;
    }
    return out;
  });
}
