import { sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { TensorInfo, WasmBackend } from "./backend.js";
import { axesOfX, types } from "./checks.js";
import { type Check, callKernel, floats, type KernelCall, pointer, replaceKernel, valuesOf } from "./kernel.js";
import { nativeKernels } from "./module.js";

interface ReduceAttrs {
  readonly axis?: number | number[] | null;
  readonly reductionIndices?: number | number[] | null;
  readonly keepDims: boolean;
}

type Reduce = KernelCall<"x", ReduceAttrs>;

/** Values `[outer, size, inner]` whose middle axis is reduced. */
interface Laid {
  readonly source: TensorInfo;
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
  readonly shape: readonly number[];
}

/** How the values of other types than float32 become one: computed in double precision, which holds every sum of integers. */
type Fold = (sum: number, value: number) => number;

/**
 * Reductions along any axes, without a transposed copy where the axes are neighbours. The shipped kernels add integers up as
 * floats, and lose NaN where they look for extremes.
 */
export function replaceReductions(): void {
  const add: Fold = (sum, value) => sum + value;
  const multiply: Fold = (product, value) => product * value;
  replaceSum("Sum", (call) => fold(call, add, 0, call.inputs.x.dtype));
  replaceSum("Mean", (call) => fold(call, add, 0, "float32", true));
  replace("Prod", "axis", (call) => fold(call, multiply, 1, call.inputs.x.dtype));
  replace("All", "axis", (call) => fold(call, (one, value) => one * Number(value !== 0), 1, "bool"));
  replace("Any", "axis", (call) => fold(call, (one, value) => Math.max(one, Number(value !== 0)), 0, "bool"));
  replace("Max", "reductionIndices", (call) => extremes(call, true));
  replace("Min", "reductionIndices", (call) => extremes(call, false));
  replaceCumulative();
}

function replace(name: string, attribute: "axis" | "reductionIndices", kernel: (call: Reduce) => TensorInfo): void {
  replaceKernel<"x", ReduceAttrs>(name, axesOfX(attribute), () => kernel);
}

function replaceSum(name: "Sum" | "Mean", integers: (call: Reduce) => TensorInfo): void {
  replace(name, "axis", (call) => {
    if (call.inputs.x.dtype !== "float32") return integers(call);
    return reduce(call, ({ backend }, { source, outer, size, inner }, out) => {
      const native = nativeKernels(backend);
      const scratch = native.scratch(4 * inner);
      const scale = name === "Mean" ? 1 / size : 1;
      native.run.sum!(pointer(backend, source), pointer(backend, out), outer, size, inner, scale, scratch);
    });
  });
}

function extremes(call: Reduce, largest: boolean): TensorInfo {
  const start = largest ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const { dtype } = call.inputs.x;
  if (dtype !== "float32") return fold(call, largest ? Math.max : Math.min, start, dtype);
  return reduce(call, ({ backend }, { source, outer, size, inner }, out) => {
    if (size === 0) floats(backend, out).fill(start);
    else {
      nativeKernels(backend).run.extremes!(
        ...[pointer(backend, source), pointer(backend, out), outer, size, inner, Number(largest)],
      );
    }
  });
}

function fold(call: Reduce, rule: Fold, start: number, dtype: tf.DataType, mean = false): TensorInfo {
  return reduce(
    call,
    ({ backend }, { source, outer, size, inner }, out) => {
      const [from, to] = [valuesOf(backend, source), valuesOf(backend, out)];
      for (let o = 0; o < outer; o++) {
        for (let i = 0; i < inner; i++) {
          let value = start;
          for (let k = 0; k < size; k++) value = rule(value, from[(o * size + k) * inner + i]!);
          to[o * inner + i] = mean ? value / size : value;
        }
      }
    },
    dtype,
  );
}

function reduce(
  call: Reduce,
  kernel: (call: Reduce, laid: Laid, out: TensorInfo) => void,
  dtype: tf.DataType = "float32",
): TensorInfo {
  const { inputs, attrs, backend } = call;
  const { x } = inputs;
  const given = (attrs.axis ?? attrs.reductionIndices) as number[];
  const axes = [...new Set(tf.util.parseAxisParam(given, [...x.shape]))].sort((a, b) => a - b);
  const shape = x.shape.flatMap((size, axis) => (axes.includes(axis) ? (attrs.keepDims ? [1] : []) : [size]));
  const [source, first, last] = together(backend, x, axes);
  const out = backend.makeOutput(shape, dtype);
  const [outer, size, inner] = [
    sizeOf(source.shape.slice(0, first)),
    sizeOf(source.shape.slice(first, last)),
    sizeOf(source.shape.slice(last)),
  ];
  kernel(call, { source, outer, size, inner, shape }, out);
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

interface RunningAttrs {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

function replaceCumulative(): void {
  const check: Check<"x", RunningAttrs> = (call, name) => {
    types(["x"], "float32", "int32")(call, name);
    if (call.inputs.x.shape.length > 0) axesOfX("axis")(call, name);
  };
  replaceKernel<"x", RunningAttrs>("Cumsum", check, () => (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    if (x.dtype !== "float32") return running(call, (sum, value) => sum + value, 0);
    const axis = axisOf(x, attrs);
    const out = backend.makeOutput(x.shape, "float32");
    const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))];
    nativeKernels(backend).run.cumulativeSum!(
      ...[pointer(backend, x), pointer(backend, out), outer, x.shape[axis] ?? 1, inner],
      ...[Number(attrs.exclusive), Number(attrs.reverse)],
    );
    return out;
  });
  replaceKernel<"x", RunningAttrs>("Cumprod", check, () => (call) => {
    return running(call, (product, value) => product * value, 1);
  });
}

/** The axis counted from the start; a scalar is a line of one value. */
function axisOf({ shape }: TensorInfo, { axis }: RunningAttrs): number {
  return shape.length === 0 ? 0 : tf.util.parseAxisParam(axis, [...shape])[0]!;
}

function running({ inputs: { x }, attrs, backend }: KernelCall<"x", RunningAttrs>, rule: Fold, start: number) {
  const axis = axisOf(x, attrs);
  const [size, inner] = [x.shape[axis] ?? 1, sizeOf(x.shape.slice(axis + 1))];
  const out = backend.makeOutput(x.shape, x.dtype);
  const [from, to] = [valuesOf(backend, x), valuesOf(backend, out)];
  for (let line = 0; line < sizeOf(x.shape) / Math.max(1, size); line++) {
    const first = Math.floor(line / inner) * size * inner + (line % inner);
    let value = start;
    for (let k = 0; k < size; k++) {
      const at = first + (attrs.reverse ? size - 1 - k : k) * inner;
      const next = rule(value, from[at]!);
      to[at] = attrs.exclusive ? value : next;
      value = next;
    }
  }
  return out;
}
