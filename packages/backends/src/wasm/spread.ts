import { sizeOf } from "@latentkit/core/authoring";
import type { TensorInfo, WasmBackend } from "./backend.js";
import { copyView, rowMajorSteps } from "./view.js";

/** An operand, and whether the caller has to free it. */
export interface Spread {
  readonly tensor: TensorInfo;
  readonly temporary: boolean;
}

/** An operand as it is when it has one value or the result's size, else repeated to the result's shape. */
export function spread(backend: WasmBackend, tensor: TensorInfo, shape: readonly number[]): Spread {
  const count = sizeOf(tensor.shape);
  return count === 1 ? { tensor, temporary: false } : whole(backend, tensor, shape);
}

/** An operand as it is when it has the result's size, else repeated to the result's shape. */
export function whole(backend: WasmBackend, tensor: TensorInfo, shape: readonly number[]): Spread {
  if (sizeOf(tensor.shape) === sizeOf(shape)) return { tensor, temporary: false };
  const out = backend.makeOutput(shape, tensor.dtype);
  const own = rowMajorSteps(tensor.shape);
  const missing = shape.length - tensor.shape.length;
  const from = shape.map((_, axis) =>
    axis < missing || tensor.shape[axis - missing] === 1 ? 0 : own[axis - missing]!,
  );
  copyView(backend, out, tensor, shape, rowMajorSteps(shape), from);
  return { tensor: out, temporary: true };
}
