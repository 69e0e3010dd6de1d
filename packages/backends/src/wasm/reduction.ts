import { sizeOf } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { callKernel, pointer, replaceKernel, type TensorInfo, type WasmBackend } from "./kernel.js";
import { nativeKernels } from "./module.js";

interface ReduceAttrs {
  readonly axis: number | number[] | null;
  readonly keepDims: boolean;
}

/** Sums and means along neighbouring axes without a transposed copy, and running sums, which the shipped kernel gets wrong. */
export function replaceReductions(): void {
  for (const name of ["Sum", "Mean"]) {
    replaceKernel<"x", ReduceAttrs>(name, (shipped) => (call) => {
      const { inputs, attrs, backend } = call;
      const axes = tf.util.parseAxisParam(attrs.axis as number[], [...inputs.x.shape]).sort((a, b) => a - b);
      if (inputs.x.dtype !== "float32") return shipped(call as never);
      return reduce(backend, inputs.x, axes, attrs.keepDims, name === "Mean");
    });
  }
  replaceCumsum();
}

function reduce(backend: WasmBackend, x: TensorInfo, axes: number[], keepDims: boolean, mean: boolean): TensorInfo {
  const { shape } = x;
  const kept = shape.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size]));
  const [source, first, last] = together(backend, x, axes);
  const size = sizeOf(source.shape.slice(first, last));
  const out = backend.makeOutput(kept, "float32");
  const [outer, inner] = [sizeOf(source.shape.slice(0, first)), sizeOf(source.shape.slice(last))];
  const native = nativeKernels(backend);
  const scratch = native.scratch(4 * inner);
  const scale = mean ? 1 / size : 1;
  native.run.sum!(pointer(backend, source), pointer(backend, out), outer, size, inner, scale, scratch);
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
  replaceKernel<"x", CumsumAttrs>("Cumsum", (shipped) => (call) => {
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
