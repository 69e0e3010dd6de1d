import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "./backend.js";
import { all, anEntryPerAxis, axesOfX, refuse } from "./checks.js";
import { type Check, guardKernel, replaceKernel, valuesOf } from "./kernel.js";
import { copyView, MOVABLE, rowMajorSteps } from "./view.js";

/** Kernels that move values: the shipped ones compute the coordinates of every single value, for some ranks and types only. */
export function replaceMovement(): void {
  replaceTile();
  replaceTranspose();
  replaceReverse();
  replaceSlice();
  replaceStridedSlice();
  replacePad();
  replaceMirrorPad();
}

function replaceTile(): void {
  const check: Check<"x", { readonly reps: readonly number[] }> = (call, name) => {
    anEntryPerAxis("reps")(call, name);
    if (call.attrs.reps.some((times) => times < 0)) refuse(name, `expected reps from 0, received ${call.attrs.reps}.`);
  };
  replaceKernel<"x", { readonly reps: readonly number[] }>("Tile", check, (shipped) => (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    if (!MOVABLE.includes(x.dtype)) return shipped(call);
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

/** Rank from which on the shipped kernel is not right any more. */
const HIGH = 5;

function replaceTranspose(): void {
  const check: Check<"x", { readonly perm: number[] }> = ({ inputs: { x }, attrs: { perm } }, name) => {
    const order = [...perm].sort((a, b) => a - b);
    if (order.length !== x.shape.length || order.some((axis, i) => axis !== i)) {
      refuse(name, `expected perm of the ${x.shape.length} axes, received ${perm}.`);
    }
  };
  replaceKernel<"x", { readonly perm: number[] }>("Transpose", check, (shipped) => (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    if (!MOVABLE.includes(x.dtype) || (x.dtype !== "bool" && x.shape.length < HIGH)) return shipped(call);
    const shape = attrs.perm.map((axis) => x.shape[axis]!);
    const out = backend.makeOutput(shape, x.dtype);
    const steps = rowMajorSteps(x.shape);
    const from = attrs.perm.map((axis) => steps[axis]!);
    copyView(backend, out, x, shape, rowMajorSteps(shape), from);
    return out;
  });
}

function replaceReverse(): void {
  replaceKernel<"x", { readonly dims: number | number[] }>("Reverse", axesOfX("dims"), (shipped) => (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    if (!MOVABLE.includes(x.dtype)) return shipped(call);
    const reversed = [...new Set(tf.util.parseAxisParam(attrs.dims, [...x.shape]))];
    const out = backend.makeOutput(x.shape, x.dtype);
    const steps = rowMajorSteps(x.shape);
    const from = steps.map((step, axis) => (reversed.includes(axis) ? -step : step));
    const start = reversed.reduce((sum, axis) => sum + (x.shape[axis]! - 1) * steps[axis]!, 0);
    copyView(backend, out, x, x.shape, steps, from, { from: start });
    return out;
  });
}

interface SliceAttrs {
  readonly begin: number[];
  readonly size: number[];
}

function replaceSlice(): void {
  const parse = (x: TensorInfo, { begin, size }: SliceAttrs) =>
    tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size) as [number[], number[]];
  const check: Check<"x", SliceAttrs> = ({ inputs: { x }, attrs }) => {
    const [begin, size] = parse(x, attrs);
    const within = size.every((length, axis) => {
      return begin[axis]! >= 0 && length >= 0 && begin[axis]! + length <= x.shape[axis]!;
    });
    if (within && begin.length === x.shape.length) return;
    refuse("slice", `expected a part within [${x.shape.join(", ")}], received begin ${begin} and size ${size}.`);
  };
  replaceKernel<"x", SliceAttrs>("Slice", check, (shipped) => (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    if (!MOVABLE.includes(x.dtype)) return shipped(call);
    const [begin, size] = parse(x, attrs);
    const out = backend.makeOutput(size, x.dtype);
    const steps = rowMajorSteps(x.shape);
    const start = begin.reduce((sum, at, axis) => sum + at * steps[axis]!, 0);
    copyView(backend, out, x, size, rowMajorSteps(size), steps, { from: start });
    return out;
  });
}

interface StridedAttrs extends Readonly<Record<"begin" | "end" | "strides", number[]>> {
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

function replaceStridedSlice(): void {
  const info = (x: TensorInfo, a: StridedAttrs) =>
    tf.slice_util.sliceInfo(
      ...[[...x.shape], a.begin, a.end, a.strides],
      ...[a.beginMask, a.endMask, a.ellipsisMask, a.newAxisMask, a.shrinkAxisMask],
    );
  replaceKernel<"x", StridedAttrs>(
    "StridedSlice",
    ({ inputs: { x }, attrs }) => void info(x, attrs),
    (shipped) => (call) => {
      const { inputs, attrs, backend } = call;
      const { x } = inputs;
      if (!MOVABLE.includes(x.dtype)) return shipped(call);
      const { finalShape, begin, end, strides } = info(x, attrs);
      const size = tf.slice_util.computeOutShape(begin, end, strides);
      const out = backend.makeOutput(finalShape, x.dtype);
      const steps = rowMajorSteps(x.shape);
      const start = begin.reduce((sum, at, axis) => sum + at * steps[axis]!, 0);
      const from = steps.map((step, axis) => step * strides[axis]!);
      copyView(backend, out, x, size, rowMajorSteps(size), from, { from: start });
      return out;
    },
  );
}

interface PadAttrs {
  readonly paddings: readonly (readonly [number, number])[];
  readonly constantValue: number;
}

const padded: Check<"x", Pick<PadAttrs, "paddings">> = (call, name) => {
  anEntryPerAxis("paddings")(call, name);
  const wrong = call.attrs.paddings.some(([before, after]) => !(before >= 0 && after >= 0));
  if (wrong) refuse(name, `expected paddings from 0, received ${call.attrs.paddings.join(" | ")}.`);
};

function replacePad(): void {
  replaceKernel<"x", PadAttrs>("PadV2", padded, (shipped) => (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    if (!MOVABLE.includes(x.dtype)) return shipped(call);
    const shape = x.shape.map((size, axis) => size + attrs.paddings[axis]![0] + attrs.paddings[axis]![1]);
    const out = backend.makeOutput(shape, x.dtype);
    valuesOf(backend, out).fill(attrs.constantValue);
    const steps = rowMajorSteps(shape);
    const start = attrs.paddings.reduce((sum, [before], axis) => sum + before * steps[axis]!, 0);
    copyView(backend, out, x, x.shape, steps, rowMajorSteps(x.shape), { to: start });
    return out;
  });
}

interface MirrorAttrs extends Pick<PadAttrs, "paddings"> {
  readonly mode: "reflect" | "symmetric";
}

function replaceMirrorPad(): void {
  const within: Check<"x", MirrorAttrs> = ({ inputs: { x }, attrs: { paddings, mode } }, name) => {
    for (const [axis, size] of x.shape.entries()) {
      const most = mode === "reflect" ? size - 1 : size;
      if (Math.max(...paddings[axis]!) > most) {
        refuse(name, `expected paddings up to ${most} along axis ${axis}, received ${paddings[axis]}.`);
      }
    }
  };
  guardKernel<"x", MirrorAttrs>("MirrorPad", all<"x", MirrorAttrs>(padded, within));
}
