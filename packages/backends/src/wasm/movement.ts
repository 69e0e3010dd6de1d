import { sizeOf } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { pointer, replaceKernel, type TensorInfo, type WasmBackend, zeros } from "./kernel.js";
import { nativeKernels } from "./module.js";
import { copyView, rowMajorSteps } from "./view.js";

const WIDE: readonly string[] = ["float32", "int32"];

/** Kernels that move values: the shipped ones compute the coordinates of every single value. */
export function replaceMovement(): void {
  replaceTile();
  replaceReverse();
  replaceSlice();
  replaceConcat();
  replaceGather();
  addSegmentSum();
}

function replaceTile(): void {
  replaceKernel<"x", { readonly reps: readonly number[] }>("Tile", (shipped) => (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    if (!WIDE.includes(x.dtype)) return shipped(call as never);
    const shape = x.shape.map((size, axis) => size * attrs.reps[axis]!);
    const out = backend.makeOutput(shape, x.dtype);
    const [to, from] = [rowMajorSteps(shape), rowMajorSteps(x.shape)];
    // Each axis is two: which repetition, and where within it.
    copyView(
      backend,
      out,
      x,
      x.shape.flatMap((size, axis) => [attrs.reps[axis]!, size]),
      x.shape.flatMap((size, axis) => [size * to[axis]!, to[axis]!]),
      from.flatMap((step) => [0, step]),
    );
    return out;
  });
}

function replaceReverse(): void {
  replaceKernel<"x", { readonly dims: number | number[] }>("Reverse", (shipped) => (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    if (!WIDE.includes(x.dtype)) return shipped(call as never);
    const reversed = tf.util.parseAxisParam(attrs.dims, [...x.shape]);
    const out = backend.makeOutput(x.shape, x.dtype);
    const steps = rowMajorSteps(x.shape);
    const from = steps.map((step, axis) => (reversed.includes(axis) ? -step : step));
    const start = reversed.reduce((sum, axis) => sum + (x.shape[axis]! - 1) * steps[axis]!, 0);
    copyView(backend, out, x, x.shape, steps, from, { from: start });
    return out;
  });
}

function replaceSlice(): void {
  replaceKernel<"x", { readonly begin: number[]; readonly size: number[] }>("Slice", (shipped) => (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    if (!WIDE.includes(x.dtype)) return shipped(call as never);
    const [begin, size] = tf.slice_util.parseSliceParams(x as tf.Tensor, attrs.begin, attrs.size) as [
      number[],
      number[],
    ];
    const out = backend.makeOutput(size, x.dtype);
    const steps = rowMajorSteps(x.shape);
    const start = begin.reduce((sum, at, axis) => sum + at * steps[axis]!, 0);
    copyView(backend, out, x, size, rowMajorSteps(size), steps, { from: start });
    return out;
  });
}

function replaceConcat(): void {
  replaceKernel<string, { readonly axis: number }>("Concat", (shipped) => (call) => {
    const { attrs, backend } = call;
    const inputs = Object.values(call.inputs);
    const [first] = inputs as [TensorInfo];
    if (!inputs.every((input) => WIDE.includes(input.dtype) && input.dtype === first.dtype))
      return shipped(call as never);
    const [axis] = tf.util.parseAxisParam(attrs.axis, [...first.shape]) as [number];
    const shape = tf.backend_util.computeOutShape(
      inputs.map((input) => [...input.shape]),
      axis,
    );
    const out = backend.makeOutput(shape, first.dtype);
    const steps = rowMajorSteps(shape);
    let at = 0;
    for (const input of inputs) {
      copyView(backend, out, input, input.shape, steps, rowMajorSteps(input.shape), { to: at * steps[axis]! });
      at += input.shape[axis]!;
    }
    return out;
  });
}

interface GatherAttrs {
  readonly axis: number;
  readonly batchDims?: number;
}

function replaceGather(): void {
  replaceKernel<"x" | "indices", GatherAttrs>("GatherV2", (shipped) => (call) => {
    const { inputs, attrs, backend } = call;
    const { x, indices } = inputs;
    if (attrs.batchDims || !WIDE.includes(x.dtype) || indices.dtype !== "int32") return shipped(call as never);
    const [axis] = tf.util.parseAxisParam(attrs.axis, [...x.shape]) as [number];
    const size = x.shape[axis]!;
    for (const index of integers(backend, indices)) {
      if (index < 0 || index >= size)
        throw new Error(`gather: expected indices from 0 to ${size - 1}, received ${index}.`);
    }
    const out = backend.makeOutput([...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], x.dtype);
    const [from, at, to] = [x, indices, out].map((tensor) => pointer(backend, tensor)) as [number, number, number];
    const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))];
    nativeKernels(backend).run.gather!(from, at, to, outer, size, sizeOf(indices.shape), 4 * inner);
    return out;
  });
}

function integers(backend: WasmBackend, tensor: TensorInfo): Int32Array {
  return new Int32Array(backend.wasm.HEAPU8.buffer, pointer(backend, tensor), sizeOf(tensor.shape));
}

/** The gradient of gathering, which the shipped backend lacks: indices out of range are left out, as on cpu. */
function addSegmentSum(): void {
  replaceKernel<"x" | "segmentIds", { readonly numSegments: number }>("UnsortedSegmentSum", () => (call) => {
    const { inputs, attrs, backend } = call;
    const { x, segmentIds } = inputs;
    if (x.dtype !== "float32" || segmentIds.dtype !== "int32" || segmentIds.shape.length !== 1) {
      throw new Error("unsortedSegmentSum on wasm takes float32 values and int32 segment numbers of one axis.");
    }
    const out = zeros(backend, [attrs.numSegments, ...x.shape.slice(1)]);
    const pointers = [x, segmentIds, out].map((tensor) => pointer(backend, tensor));
    nativeKernels(backend).run.segmentSum!(
      ...pointers,
      segmentIds.shape[0]!,
      attrs.numSegments,
      4 * sizeOf(x.shape.slice(1)),
    );
    return out;
  });
}
