import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "./backend.js";
import { refuse, sameBut } from "./checks.js";
import { type Check, callKernel, guardKernel, replaceKernel } from "./kernel.js";
import { copyView, MOVABLE, rowMajorSteps } from "./view.js";

interface AxisAttrs {
  readonly axis: number;
}

/** Kernels that join tensors and take them apart, of any rank and type. */
export function replaceJoining(): void {
  replaceConcat();
  replacePack();
  replaceSplit();
  replaceReshape();
}

function replaceConcat(): void {
  const axisOf = (first: TensorInfo, axis: number): number => tf.util.parseAxisParam(axis, [...first.shape])[0]!;
  const check: Check<string, AxisAttrs> = ({ inputs, attrs }, name) => {
    const tensors = Object.values(inputs);
    sameBut(axisOf(tensors[0]!, attrs.axis), tensors, name);
    if (tensors.some(({ dtype }) => dtype !== tensors[0]!.dtype)) {
      refuse(name, `expected one type, received ${tensors.map(({ dtype }) => dtype).join(", ")}.`);
    }
  };
  replaceKernel<string, AxisAttrs>("Concat", check, (shipped) => (call) => {
    const inputs = Object.values(call.inputs);
    if (!MOVABLE.includes(inputs[0]!.dtype)) return shipped(call);
    const { backend } = call;
    const axis = axisOf(inputs[0]!, call.attrs.axis);
    const shape = tf.backend_util.computeOutShape(
      inputs.map((input) => [...input.shape]),
      axis,
    );
    const out = backend.makeOutput(shape, inputs[0]!.dtype);
    const steps = rowMajorSteps(shape);
    let at = 0;
    for (const input of inputs) {
      copyView(backend, out, input, input.shape, steps, rowMajorSteps(input.shape), { to: at * steps[axis]! });
      at += input.shape[axis]!;
    }
    return out;
  });
}

function replacePack(): void {
  const check: Check<string, AxisAttrs> = ({ inputs, attrs }, name) => {
    const tensors = Object.values(inputs);
    sameBut(undefined, tensors, name);
    tf.util.parseAxisParam(attrs.axis, [tensors.length, ...tensors[0]!.shape]);
    if (tensors.some(({ dtype }) => dtype !== tensors[0]!.dtype)) refuse(name, "expected tensors of one type.");
  };
  replaceKernel<string, AxisAttrs>("Pack", check, (shipped) => (call) => {
    const inputs = Object.values(call.inputs);
    if (!MOVABLE.includes(inputs[0]!.dtype)) return shipped(call);
    const { backend, attrs } = call;
    const { shape, dtype } = inputs[0]!;
    const axis = attrs.axis < 0 ? attrs.axis + shape.length + 1 : attrs.axis;
    const out = backend.makeOutput([...shape.slice(0, axis), inputs.length, ...shape.slice(axis)], dtype);
    const steps = rowMajorSteps(out.shape);
    const own = steps.filter((_, i) => i !== axis);
    for (const [i, input] of inputs.entries()) {
      copyView(backend, out, input, shape, own, rowMajorSteps(shape), { to: i * steps[axis]! });
    }
    return out;
  });
}

function replaceSplit(): void {
  const within: Check<"x", AxisAttrs> = ({ inputs: { x }, attrs }) => {
    tf.util.parseAxisParam(attrs.axis, [...x.shape]);
  };
  replaceKernel<"x", AxisAttrs & { readonly numOrSizeSplits: number | number[] }>(
    "SplitV",
    (call, name) => {
      within(call, name);
      const [axis] = tf.util.parseAxisParam(call.attrs.axis, [...call.inputs.x.shape]) as [number];
      tf.backend_util.prepareSplitSize(call.inputs.x as tf.Tensor, call.attrs.numOrSizeSplits, axis);
    },
    () =>
      ({ inputs: { x }, attrs, backend }) => {
        const [axis] = tf.util.parseAxisParam(attrs.axis, [...x.shape]) as [number];
        const begin = x.shape.map(() => 0);
        return tf.backend_util.prepareSplitSize(x as tf.Tensor, attrs.numOrSizeSplits, axis).map((length) => {
          const size = x.shape.map((all, i) => (i === axis ? length : all));
          const part = callKernel("Slice", backend, { x }, { begin: [...begin], size });
          begin[axis]! += length;
          return part;
        });
      },
  );
  replaceKernel<"value", AxisAttrs>(
    "Unpack",
    ({ inputs: { value }, attrs }) => void tf.util.parseAxisParam(attrs.axis, [...value.shape]),
    () =>
      ({ inputs: { value }, attrs, backend }) => {
        const [axis] = tf.util.parseAxisParam(attrs.axis, [...value.shape]) as [number];
        const size = value.shape.map((all, i) => (i === axis ? 1 : all));
        return Array.from({ length: value.shape[axis]! }, (_, k) => {
          const begin = value.shape.map((__, i) => (i === axis ? k : 0));
          const part = callKernel("Slice", backend, { x: value }, { begin, size });
          return { ...part, shape: value.shape.filter((__, i) => i !== axis) } as TensorInfo;
        });
      },
  );
}

function replaceReshape(): void {
  guardKernel<"x", { readonly shape: number[] }>("Reshape", ({ inputs: { x }, attrs }, name) => {
    const size = x.shape.reduce((product, length) => product * length, 1);
    const shape = tf.util.inferFromImplicitShape(attrs.shape, size);
    if (tf.util.sizeFromShape(shape) !== size) {
      refuse(
        name,
        `new shape: ${shape}, old shape: ${x.shape}. New shape and old shape must have the same number of elements.`,
      );
    }
  });
}
