import * as tf from "@tensorflow/tfjs";
import { alike, anything, part, repetitions } from "./checks.js";
import { replaceKernel, type TensorInfo } from "./kernel.js";
import { copyView, rowMajorSteps } from "./view.js";

const WIDE: readonly string[] = ["float32", "int32"];

/** Kernels that move values: the shipped ones compute the coordinates of every single value. */
export function replaceMovement(): void {
  replaceTile();
  replaceReverse();
  replaceSlice();
  replaceConcat();
  replaceStridedSlice();
}

function replaceTile(): void {
  replaceKernel<"x", { readonly reps: readonly number[] }>("Tile", repetitions, (shipped) => (call) => {
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
  replaceKernel<"x", { readonly dims: number | number[] }>("Reverse", anything, (shipped) => (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    if (!WIDE.includes(x.dtype)) return shipped(call as never);
    const reversed = [...new Set(tf.util.parseAxisParam(attrs.dims, [...x.shape]))];
    const out = backend.makeOutput(x.shape, x.dtype);
    const steps = rowMajorSteps(x.shape);
    const from = steps.map((step, axis) => (reversed.includes(axis) ? -step : step));
    const start = reversed.reduce((sum, axis) => sum + (x.shape[axis]! - 1) * steps[axis]!, 0);
    copyView(backend, out, x, x.shape, steps, from, { from: start });
    return out;
  });
}

function replaceSlice(): void {
  replaceKernel<"x", { readonly begin: number[]; readonly size: number[] }>("Slice", part, (shipped) => (call) => {
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
  replaceKernel<string, { readonly axis: number }>("Concat", alike, (shipped) => (call) => {
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

interface StridedSliceAttrs {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

function replaceStridedSlice(): void {
  replaceKernel<"x", StridedSliceAttrs>("StridedSlice", anything, (shipped) => (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    if (!WIDE.includes(x.dtype)) return shipped(call as never);
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
    const info = tf.slice_util.sliceInfo(
      ...([x.shape, begin, end, strides] as [number[], number[], number[], number[]]),
      ...([beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const),
    );
    // Axes that are new, or of which one value is taken, hold one value: the order in memory is the same with and without.
    const out = backend.makeOutput(info.finalShape, x.dtype);
    const steps = rowMajorSteps(x.shape);
    const size = info.begin.map((from, axis) => {
      const step = info.strides[axis]!;
      return Math.max(0, Math.ceil((info.end[axis]! - from) / step));
    });
    const start = info.begin.reduce((sum, at, axis) => sum + at * steps[axis]!, 0);
    const from = steps.map((step, axis) => step * info.strides[axis]!);
    copyView(backend, out, x, size, rowMajorSteps(size), from, { from: start });
    return out;
  });
}
