import { sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { callCpu, replaceCpuKernel, valuesOn } from "./kernel.js";

/** Kernels of the JavaScript backend that lose NaN, the type of their operands, or the strides of a slice. */
export function replaceValues(): void {
  replaceCpuKernel("Sign", (shipped) => (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo };
    // Of −0 the sign is 0, as of 0.
    return x.dtype !== "float32"
      ? shipped(call)
      : call.backend.makeTensorInfo(
          x.shape,
          "float32",
          valuesOn(call.backend, x).map((value) => Math.sign(value) + 0),
        );
  });
  replaceCpuKernel<"a" | "b", object>("FloorDiv", (shipped) => (call) => {
    const { inputs, backend } = call;
    if (inputs.a.dtype !== "float32" && inputs.b.dtype !== "float32") return shipped(call);
    const x = callCpu("RealDiv", backend, inputs);
    const floor = callCpu("Floor", backend, { x });
    backend.disposeIntermediateTensorInfo(x);
    return floor;
  });
  replaceCpuKernel<"x" | "weights", { readonly binaryOutput?: boolean }>("DenseBincount", (shipped) => (call) => {
    if (!call.attrs.binaryOutput) return shipped(call);
    // What is there counts 1, whatever it weighs.
    const weights = call.backend.makeTensorInfo([0], "float32", new Float32Array(0));
    const out = shipped({ ...call, inputs: { ...call.inputs, weights } }) as tf.TensorInfo;
    call.backend.disposeIntermediateTensorInfo(weights);
    const counts = valuesOn(call.backend, out);
    for (const [i, count] of counts.entries()) counts[i] = Math.min(1, count);
    return out;
  });
  replaceSegmentSum();
  replaceStridedSlice();
}

function replaceSegmentSum(): void {
  replaceCpuKernel<"x" | "segmentIds", { readonly numSegments: number }>(
    "UnsortedSegmentSum",
    () =>
      ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
        const rest = x.shape.slice(segmentIds.shape.length);
        const inner = sizeOf(rest);
        const from = valuesOn(backend, x);
        const dtype = x.dtype === "float32" ? "float32" : "int32";
        const sums = new Float64Array(numSegments * inner);
        for (const [row, id] of valuesOn(backend, segmentIds).entries()) {
          if (id < 0 || id >= numSegments) continue;
          for (let i = 0; i < inner; i++) sums[id * inner + i]! += from[row * inner + i]!;
        }
        const values = dtype === "float32" ? Float32Array.from(sums) : Int32Array.from(sums);
        return backend.makeTensorInfo([numSegments, ...rest], dtype, values);
      },
  );
}

interface StridedAttrs extends Readonly<Record<"begin" | "end" | "strides", number[]>> {
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

/** The shipped kernel mixes axes up where some are taken out or put in, so it is told of the tensor's own axes only. */
function replaceStridedSlice(): void {
  replaceCpuKernel<"x", StridedAttrs>("StridedSlice", (shipped) => (call) => {
    const { x } = call.inputs;
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = call.attrs;
    const masks = [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const;
    const info = tf.slice_util.sliceInfo([...x.shape], begin, end, strides, ...masks);
    if (info.finalShape.includes(0)) {
      const none = tf.util.getTypedArrayFromDType(x.dtype as "float32", 0);
      return call.backend.makeTensorInfo(info.finalShape, x.dtype, none);
    }
    // What ends before the first value has no number: the mask says so.
    const toTheEnd = info.end.reduce((mask, at, axis) => (at < 0 ? mask | (1 << axis) : mask), 0);
    const own = { begin: info.begin, end: info.end, strides: info.strides, endMask: toTheEnd };
    const attrs = { ...own, beginMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
    return { ...(shipped({ ...call, attrs }) as tf.TensorInfo), shape: info.finalShape };
  });
}
