import type { TensorInfo, WasmBackend } from "./backend.js";
import { pointer } from "./kernel.js";
import { nativeKernels } from "./module.js";

/** Steps between neighbours along each axis of a tensor that lies in memory row by row, in values. */
export function rowMajorSteps(shape: readonly number[]): number[] {
  const steps: number[] = [];
  let step = 1;
  for (const size of [...shape].reverse()) {
    steps.unshift(step);
    step *= size;
  }
  return steps;
}

/** Types whose values lie in linear memory; text does not. */
export const MOVABLE: readonly string[] = ["float32", "int32", "bool"];

/** Where a view starts, in values from the start of its tensor. */
export interface ViewStarts {
  readonly to?: number;
  readonly from?: number;
}

/**
 * Copies values between views of two tensors of one type: the one kernel behind tiling, broadcasting, transposing, reversing,
 * slicing, padding and joining. A step of 0 repeats values, a negative one reverses them.
 */
export function copyView(
  backend: WasmBackend,
  to: TensorInfo,
  from: TensorInfo,
  shape: readonly number[],
  stepsTo: readonly number[],
  stepsFrom: readonly number[],
  starts: ViewStarts = {},
): void {
  if (shape.includes(0)) return;
  const axes = mergeAxes(shape.map((size, axis) => [size, stepsTo[axis]!, stepsFrom[axis]!]));
  const native = nativeKernels(backend);
  const table = native.scratch(12 * axes.length);
  new Int32Array(backend.wasm.HEAPU8.buffer, table, 3 * axes.length).set(axes.flat());
  const bytes = from.dtype === "bool" ? 1 : 4;
  const [start, source] = [
    pointer(backend, to) + bytes * (starts.to ?? 0),
    pointer(backend, from) + bytes * (starts.from ?? 0),
  ];
  native.run[bytes === 1 ? "copyBytes" : "copyView"]!(start, source, table, axes.length);
}

type Axis = [size: number, stepTo: number, stepFrom: number];

/** Leaves out axes of one value and joins neighbours that lie in memory as one: the innermost loop gets long. */
function mergeAxes(axes: readonly Axis[]): Axis[] {
  const merged: Axis[] = [];
  for (const axis of axes.filter(([size]) => size !== 1)) {
    const last = merged.at(-1);
    if (last !== undefined && last[1] === axis[0] * axis[1] && last[2] === axis[0] * axis[2]) {
      merged[merged.length - 1] = [last[0] * axis[0], axis[1], axis[2]];
    } else {
      merged.push(axis);
    }
  }
  return merged.length > 0 ? merged : [[1, 1, 1]];
}
