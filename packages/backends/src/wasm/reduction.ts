import { sizeOf } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { anything } from "./checks.js";
import { callKernel, pointer, replaceKernel, type TensorInfo, type WasmBackend } from "./kernel.js";
import { type NativeKernels, nativeKernels } from "./module.js";
import { rowMajorSteps } from "./view.js";

interface ReduceAttrs {
  readonly axis?: number | number[] | null;
  /** What `Max` calls its axes. */
  readonly reductionIndices?: number | number[] | null;
  readonly keepDims: boolean;
}

/** Sums, means and extremes along neighbouring axes without a transposed copy, and running sums, which the shipped kernel gets wrong. */
export function replaceReductions(): void {
  for (const name of ["Sum", "Mean"]) {
    replaceKernel<"x", ReduceAttrs>(name, anything, () => (call) => {
      const { inputs, attrs, backend } = call;
      const { x } = inputs;
      const mean = name === "Mean";
      const axes = axesOf(x, attrs);
      if (x.dtype !== "float32") return reduceIntegers(backend, x, axes, attrs.keepDims, mean);
      return reduce(backend, x, axes, attrs.keepDims, (native, from, to, outer, size, inner) => {
        native.run.sum!(from, to, outer, size, inner, mean ? 1 / size : 1, native.scratch(4 * inner));
      });
    });
  }
  for (const [name, largest] of [
    ["Max", 1],
    ["Min", 0],
  ] as const) {
    replaceKernel<"x", ReduceAttrs>(name, anything, (shipped) => (call) => {
      const { inputs, attrs, backend } = call;
      if (inputs.x.dtype !== "float32") return shipped(call as never);
      return reduce(backend, inputs.x, axesOf(inputs.x, attrs), attrs.keepDims, (native, ...sizes) => {
        native.run.extremes!(...sizes, largest);
      });
    });
  }
  replaceCumsum();
}

function axesOf({ shape }: TensorInfo, attrs: ReduceAttrs): number[] {
  const axis = attrs.axis ?? attrs.reductionIndices;
  return [...new Set(tf.util.parseAxisParam(axis as number[], [...shape]))].sort((a, b) => a - b);
}

function keptShape({ shape }: TensorInfo, axes: readonly number[], keepDims: boolean): number[] {
  return shape.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size]));
}

/** Sums or means of integers or truth values in double precision: float32 holds whole numbers up to 2²⁴ only. */
function reduceIntegers(
  backend: WasmBackend,
  x: TensorInfo,
  axes: readonly number[],
  keepDims: boolean,
  mean: boolean,
): TensorInfo {
  const shape = keptShape(x, axes, keepDims);
  const totals = new Float64Array(sizeOf(shape));
  const steps = rowMajorSteps(keptShape(x, axes, true)).map((step, axis) => (axes.includes(axis) ? 0 : step));
  const own = rowMajorSteps(x.shape);
  const values = backend.readSync(x.dataId) as Int32Array;
  for (const [i, value] of values.entries()) {
    let to = 0;
    for (let axis = 0; axis < own.length; axis++) to += (Math.floor(i / own[axis]!) % x.shape[axis]!) * steps[axis]!;
    totals[to]! += value;
  }
  const scale = mean ? 1 / sizeOf(axes.map((axis) => x.shape[axis]!)) : 1;
  const dtype = mean ? "float32" : "int32";
  const results = mean ? Float32Array.from(totals, (sum) => sum * scale) : Int32Array.from(totals);
  return { dataId: backend.write(results, shape, dtype), shape, dtype };
}

/** Reduces the middle axis of `[outer, size, inner]`, given two pointers and the three sizes. */
type Reducer = (native: NativeKernels, from: number, to: number, outer: number, size: number, inner: number) => void;

function reduce(
  backend: WasmBackend,
  x: TensorInfo,
  axes: readonly number[],
  keepDims: boolean,
  run: Reducer,
): TensorInfo {
  const kept = keptShape(x, axes, keepDims);
  const [source, first, last] = together(backend, x, axes);
  const size = sizeOf(source.shape.slice(first, last));
  const out = backend.makeOutput(kept, "float32");
  const [outer, inner] = [sizeOf(source.shape.slice(0, first)), sizeOf(source.shape.slice(last))];
  run(nativeKernels(backend), pointer(backend, source), pointer(backend, out), outer, size, inner);
  if (source !== x) backend.disposeData(source.dataId);
  return out;
}

/** The tensor with the reduced axes side by side, `[first, last)`: itself unless other axes lie between them. */
function together(backend: WasmBackend, x: TensorInfo, axes: readonly number[]): readonly [TensorInfo, number, number] {
  const [first, last] = [axes[0] ?? 0, axes.length > 0 ? axes.at(-1)! + 1 : 0];
  const between = x.shape.slice(first, last).filter((size, i) => size !== 1 && !axes.includes(first + i));
  if (between.length === 0) return [x, first, last];
  const others = [...x.shape.keys()].filter((axis) => !axes.includes(axis));
  const moved = callKernel("Transpose", backend, { x }, { perm: [...others, ...axes] });
  return [moved, others.length, x.shape.length];
}

interface CumsumAttrs {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

function replaceCumsum(): void {
  replaceKernel<"x", CumsumAttrs>("Cumsum", anything, (shipped) => (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    if (x.dtype !== "float32") return shipped(call as never);
    const [axis] = tf.util.parseAxisParam(attrs.axis, [...x.shape]) as [number];
    const out = backend.makeOutput(x.shape, "float32");
    const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))];
    nativeKernels(backend).run.cumulativeSum!(
      ...[pointer(backend, x), pointer(backend, out), outer, x.shape[axis]!, inner],
      ...[Number(attrs.exclusive), Number(attrs.reverse)],
    );
    return out;
  });
}
