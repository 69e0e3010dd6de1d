import * as tf from "@tensorflow/tfjs";
import { replaceRegistered } from "./internal/replace-registered.js";

const repaired = new Set<string>();

/**
 * Lets running sums and products count axes from the end, `tf.cumsum(x, -1)`: the shipped kernels take the number as it is and
 * give wrong values or read beyond the tensor. An axis that the tensor does not have is refused.
 */
export function repairCumulative(backend: string): void {
  if (repaired.has(backend)) return;
  repaired.add(backend);
  for (const name of ["Cumsum", "Cumprod"]) countAxesFromTheEnd(name, backend);
}

function countAxesFromTheEnd(name: string, backend: string): void {
  replaceRegistered(name, backend, (shipped) => (call) => {
    const { axis } = call.attrs as { axis: number };
    const { shape } = (call.inputs as { x: tf.TensorInfo }).x;
    const [counted] = shape.length === 0 ? [axis] : tf.util.parseAxisParam(axis, shape);
    return shipped({ ...call, attrs: { ...call.attrs, axis: counted! } });
  });
}
