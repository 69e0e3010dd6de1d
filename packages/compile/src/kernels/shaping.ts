import { sizeOf } from "@latentkit/core/authoring";
import { slice_util } from "@tensorflow/tfjs";
import { dataOf } from "../graph/builder.js";
import type { ElementType, Value } from "../graph/types.js";
import { axesOf, type Lowerings } from "./types.js";

/** Kernels that move, cut, join or make tensors. */
export const shaping: Lowerings = {
  Reshape: ({ x }, { shape }, g) => {
    const wanted = shape as readonly number[];
    const known = wanted.reduce((product, size) => (size < 0 ? product : product * size), 1);
    return g.reshape(
      x!,
      wanted.map((size) => (size < 0 ? sizeOf(x!.shape) / known : size)),
    );
  },
  ExpandDims: ({ input }, { dim }, g) => {
    const shape = [...input!.shape];
    shape.splice((dim as number) < 0 ? shape.length + 1 + (dim as number) : (dim as number), 0, 1);
    return g.reshape(input!, shape);
  },
  Transpose: ({ x }, { perm }, g) => g.transpose(x!, perm as readonly number[]),
  Concat: (inputs, { axis }, g) => {
    const parts = Object.values(inputs).filter((part) => sizeOf(part.shape) > 0);
    return g.concat(parts, axesOf(axis, parts[0]!.shape.length)[0]!);
  },
  Pack: (inputs, { axis }, g) => {
    const parts = Object.values(inputs);
    const at = (axis as number) < 0 ? parts[0]!.shape.length + 1 + (axis as number) : (axis as number);
    const raised = parts.map((part) => g.reshape(part, [...part.shape.slice(0, at), 1, ...part.shape.slice(at)]));
    return g.concat(raised, at);
  },
  Unpack: ({ value }, { axis }, g) => {
    const at = axesOf(axis, value!.shape.length)[0]!;
    const shape = value!.shape.filter((_, i) => i !== at);
    return Array.from({ length: value!.shape[at]! }, (_, i) => g.reshape(cut(g, value!, at, i, i + 1), shape));
  },
  SplitV: ({ x }, { numOrSizeSplits, axis }, g) => {
    const at = axesOf(axis, x!.shape.length)[0]!;
    const total = x!.shape[at]!;
    const sizes = Array.isArray(numOrSizeSplits)
      ? (numOrSizeSplits as number[]).map((size, _, all) =>
          size < 0 ? total - all.reduce((sum, other) => sum + Math.max(other, 0), 0) : size,
        )
      : new Array<number>(numOrSizeSplits as number).fill(total / (numOrSizeSplits as number));
    let start = 0;
    return sizes.map((size) => {
      start += size;
      return cut(g, x!, at, start - size, start);
    });
  },
  Slice: ({ x }, { begin, size }, g) => {
    const [starts, sizes] = slice_util.parseSliceParams(
      { shape: [...x!.shape], rank: x!.shape.length } as never,
      begin as number[],
      size as number[],
    );
    return g.slice(
      x!,
      starts!,
      starts!.map((start, i) => start + sizes![i]!),
    );
  },
  StridedSlice: ({ x }, attributes, g) => {
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
    const info = slice_util.sliceInfo(
      [...x!.shape],
      begin as number[],
      end as number[],
      strides as number[],
      beginMask as number,
      endMask as number,
      ellipsisMask as number,
      newAxisMask as number,
      shrinkAxisMask as number,
    );
    const ends = info.end.map((last, i) => Math.min(last, x!.shape[i]!));
    if (info.strides.every((stride) => stride > 0)) {
      return g.reshape(g.slice(x!, info.begin, ends, info.strides), info.finalShape);
    }
    const shape = ends.map((last, i) => Math.max(0, Math.ceil((last - info.begin[i]!) / info.strides[i]!)));
    // Backwards, an end before the first element has to be far away: −1 would be the last one.
    const far = ends.map((last) => (last < 0 ? -(2 ** 31) : last));
    const axes = ends.map((_, axis) => axis);
    const lists = [info.begin, far, axes, info.strides].map((list) => g.list(list));
    return g.reshape(g.node("Slice", [x, ...lists], x!.type, shape), info.finalShape);
  },
  PadV2: ({ x }, { paddings, constantValue }, g) => {
    const amounts = paddings as readonly (readonly [number, number])[];
    return g.pad(
      x!,
      amounts.map(([before]) => before),
      amounts.map(([, after]) => after),
      constantValue as number,
    );
  },
  Tile: ({ x }, { reps }, g) => {
    const counts = reps as readonly number[];
    const shape = x!.shape.map((size, i) => size * counts[i]!);
    // Repeating an axis of one is a broadcast, which later operations absorb.
    if (counts.every((count, i) => count === 1 || x!.shape[i] === 1)) return g.expand(x!, shape);
    return g.node("Tile", [x, g.list(counts)], x!.type, shape);
  },
  Reverse: ({ x }, { dims }, g) => {
    const axes = axesOf(dims, x!.shape.length);
    const all = (value: number) => g.list(axes.map(() => value));
    return g.node("Slice", [x, all(-1), all(-(2 ** 31)), g.list(axes), all(-1)], x!.type, x!.shape);
  },
  GatherV2: ({ x, indices }, { axis, batchDims = 0 }, g) => {
    if (batchDims !== 0) throw new Error("batchDims");
    const at = axesOf(axis ?? 0, x!.shape.length)[0]!;
    const shape = [...x!.shape.slice(0, at), ...indices!.shape, ...x!.shape.slice(at + 1)];
    return g.node("Gather", [x, indices], x!.type, shape, { axis: at });
  },
  UnsortedSegmentSum: ({ x, segmentIds }, { numSegments }, g) => {
    const zeros = g.fill(0, x!.type, [numSegments as number, ...x!.shape.slice(1)]);
    const rows = g.reshape(g.cast(segmentIds!, "int64"), [x!.shape[0]!, 1]);
    return g.node("ScatterND", [zeros, rows, x], x!.type, zeros.shape, { reduction: "add" });
  },
  OneHot: ({ indices }, { depth, onValue, offValue, dtype }, g) => {
    const classes = Int32Array.from({ length: depth as number }, (_, i) => i);
    const column = g.reshape(g.cast(indices!, "int32"), [...indices!.shape, 1]);
    const hit = g.compare("Equal", column, g.constant(classes, "int32", [classes.length]));
    const type = (dtype ?? "int32") as ElementType;
    return g.where(hit, g.fill(onValue as number, type), g.fill(offValue as number, type));
  },
  Fill: (_, { shape, value, dtype }, g) =>
    g.fill(value as number, (dtype ?? "float32") as ElementType, shape as readonly number[]),
  ZerosLike: ({ x }, _, g) => g.fill(0, x!.type, x!.shape),
  OnesLike: ({ x }, _, g) => g.fill(1, x!.type, x!.shape),
  Range: (_, { start, stop, step, dtype }, g) => {
    const [from, by] = [start as number, step as number];
    const length = Math.max(0, Math.ceil(((stop as number) - from) / by));
    const type = (dtype ?? "float32") as ElementType;
    return g.constant(
      dataOf(
        type,
        Array.from({ length }, (_, i) => from + i * by),
      ),
      type,
      [length],
    );
  },
};

function cut(g: Parameters<Lowerings[string]>[2], x: Value, axis: number, start: number, end: number): Value {
  const starts = x.shape.map((_, i) => (i === axis ? start : 0));
  const ends = x.shape.map((size, i) => (i === axis ? end : size));
  return g.slice(x, starts, ends);
}
