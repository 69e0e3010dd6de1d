import { sizeOf } from "@latentkit/core/authoring";
import type { TensorInfo } from "./backend.js";
import { refuse, sameBut } from "./checks.js";
import { type Check, pointer, replaceKernel, valuesOf } from "./kernel.js";
import { nativeKernels } from "./module.js";
import { whole } from "./spread.js";

type Inputs = "condition" | "t" | "e";

/**
 * Choosing between two tensors value by value, or row by row when the condition has one axis. The shipped kernel copies four
 * bytes for each truth value, beyond the end of the result.
 */
export function replaceSelect(): void {
  const check: Check<Inputs, object> = ({ inputs: { condition, t, e } }, name) => {
    sameBut(undefined, [t, e], name);
    if (t.dtype !== e.dtype) refuse(name, `expected t and e of one type, received ${t.dtype} and ${e.dtype}.`);
    if (condition.dtype !== "bool") refuse(name, `expected a condition of bool, received ${condition.dtype}.`);
    const rows = condition.shape.length === 1 && condition.shape[0] === t.shape[0];
    if (condition.shape.length > 0 && !rows) sameBut(undefined, [condition, t], name);
  };
  replaceKernel<Inputs, object>("Select", check, () => ({ inputs: { condition, t, e }, backend }) => {
    const y = backend.makeOutput(t.shape, t.dtype);
    const rank = Math.max(0, t.shape.length - condition.shape.length);
    const aligned: TensorInfo = { ...condition, shape: [...condition.shape, ...Array<number>(rank).fill(1)] };
    const { tensor, temporary } = whole(backend, aligned, t.shape);
    if (t.dtype === "bool") {
      const [chosen, one, other] = [tensor, t, e].map((x) => valuesOf(backend, x)) as [Bytes, Bytes, Bytes];
      valuesOf(backend, y).set(one.map((value, i) => (chosen[i] ? value : other[i]!)));
    } else {
      const pointers = [tensor, t, e, y].map((x) => pointer(backend, x));
      nativeKernels(backend).run.select!(...pointers, sizeOf(t.shape));
    }
    if (temporary) backend.disposeData(tensor.dataId);
    return y;
  });
}

type Bytes = ReturnType<typeof valuesOf>;
