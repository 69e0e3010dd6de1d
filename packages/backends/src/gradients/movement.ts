import * as tf from "@tensorflow/tfjs";
import { around, put } from "./axis.js";
import { type Attributes, axesOf, setGradient, settingsOf, shippedGradient } from "./registry.js";

/**
 * Gradients of operations that move values: those that are wrong as shipped (mirrored padding, gathering with batch
 * dimensions), fail for some shapes (one part, five axes), or do not exist.
 */
export function setMovementGradients(): void {
  setGradient<tf.Tensor | tf.Tensor[]>("SplitV", {}, (dy, _, { axis }) => ({
    x: () => (Array.isArray(dy) ? tf.concat(dy, axis as number) : tf.clone(dy)),
  }));
  setGradient<tf.Tensor | tf.Tensor[]>("Unpack", {}, (dy, _, { axis }) => ({
    value: () => tf.stack([dy].flat(), axis as number),
  }));
  setGradient("Tile", { inputs: ["x"] }, (dy, [x], { reps }) => ({
    x: () => sumOfCopies(dy, x!.shape, reps as number[]),
  }));
  setGradient("MirrorPad", { inputs: ["x"] }, (dy, [x], attributes) => ({
    x: () => unmirror(dy, x!.shape, attributes),
  }));
  setGradient("StridedSlice", { inputs: ["x"] }, (dy, [x], attributes) => ({
    x: () => unslice(dy, x!.shape, attributes),
  }));
  setGradient("DepthToSpace", { inputs: ["x"] }, (dy, [x], { blockSize }) => ({
    x: () => {
      const [batch, height, width, channels] = x!.shape as [number, number, number, number];
      const side = blockSize as number;
      const blocks = tf.reshape(dy, [batch, height, side, width, side, channels / side ** 2]);
      return tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4, 5]), x!.shape); // [batch, height, width, side, side, channels']
    },
  }));
  setGatheringGradients();
}

function setGatheringGradients(): void {
  setGradient("GatherV2", { inputs: ["x", "indices"] }, (dy, [x, indices], attributes) => ({
    x: () => sumOfGathered(dy, x!, indices!, attributes),
    indices: () => tf.zeros(indices!.shape),
  }));
  const shipped = shippedGradient("UnsortedSegmentSum");
  setGradient("UnsortedSegmentSum", { inputs: ["segmentIds"] }, (dy, saved, attributes) => ({
    ...shipped(dy, saved, attributes),
    segmentIds: () => tf.zeros(saved[0]!.shape),
  }));
  setGradient("GatherNd", { inputs: ["params", "indices"] }, (dy, [params, indices]) => ({
    params: () => tf.scatterND(indices!, dy, params!.shape),
    indices: () => tf.zeros(indices!.shape),
  }));
  setGradient("ScatterNd", { inputs: ["indices"] }, (dy, [indices]) => ({
    updates: () => tf.gatherND(dy, indices!),
    indices: () => tf.zeros(indices!.shape),
  }));
  setGradient<tf.Tensor[]>("TopK", { inputs: ["x"], outputs: [false, true] }, ([dy], [x, indices]) => ({
    x: () => {
      const places = tf.cast(tf.oneHot(indices as tf.Tensor2D, x!.shape.at(-1)!), "float32"); // […, k, size]
      return tf.sum(tf.mul(places, tf.expandDims(dy!, -1)), -2);
    },
  }));
}

function sumOfCopies(dy: tf.Tensor, shape: readonly number[], reps: readonly number[]): tf.Tensor {
  const sum = reps.reduce((all, copies, axis) => {
    if (copies === 1) return all;
    const [before, , after] = around(all.shape, axis);
    const one = tf.sum(tf.reshape(all, [before, copies, shape[axis]! * after]), 1);
    return tf.reshape(one, [...all.shape.slice(0, axis), shape[axis]!, ...all.shape.slice(axis + 1)]);
  }, dy);
  return tf.reshape(sum, [...shape]);
}

/** Folds each margin back onto the values that it mirrors, axis by axis. */
function unmirror(dy: tf.Tensor, shape: readonly number[], { paddings, mode }: Attributes): tf.Tensor {
  const skipped = mode === "reflect" ? 1 : 0; // reflection does not repeat the edge
  return (paddings as [number, number][]).reduce<tf.Tensor>((image, [left, right], axis) => {
    const size = shape[axis]!;
    const part = (from: number, count: number): tf.Tensor => {
      const begin = image.shape.map((_, a) => (a === axis ? from : 0));
      return tf.slice(
        image,
        begin,
        image.shape.map((whole, a) => (a === axis ? count : whole)),
      );
    };
    const folded = (from: number, count: number, start: number): tf.Tensor =>
      put(tf.reverse(part(from, count), axis), axis, { start, step: 1, count }, size);
    const parts = [part(left, size)];
    if (left > 0) parts.push(folded(0, left, skipped));
    if (right > 0) parts.push(folded(left + size, right, size - right - skipped));
    return parts.length === 1 ? parts[0]! : tf.addN(parts);
  }, dy);
}

function unslice(dy: tf.Tensor, shape: readonly number[], attributes: Attributes): tf.Tensor {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } =
    settingsOf<tf.StridedSliceAttrs>(attributes);
  const masks = [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const;
  const info = tf.slice_util.sliceInfo([...shape], begin, end, strides, ...masks);
  const sizes = tf.slice_util.computeOutShape(info.begin, info.end, info.strides);
  return info.strides.reduce<tf.Tensor>(
    (values, stride, axis) => {
      const [count, first] = [sizes[axis]!, info.begin[axis]!];
      if (stride > 0) return put(values, axis, { start: first, step: stride, count }, shape[axis]!);
      const start = first + (count - 1) * stride;
      return put(tf.reverse(values, axis), axis, { start, step: -stride, count }, shape[axis]!);
    },
    tf.reshape(dy, sizes),
  );
}

/** Adds what reaches each value of `x` from all places that took it. */
function sumOfGathered(dy: tf.Tensor, x: tf.Tensor, indices: tf.Tensor, { axis, batchDims }: Attributes): tf.Tensor {
  const place = axesOf(axis, x.rank)[0]!;
  const shared = (batchDims as number | undefined) ?? 0;
  const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);
  const batch = product(x.shape.slice(0, shared));
  const outer = product(x.shape.slice(shared, place));
  const [, size, inner] = around(x.shape, place);
  const taken = indices.size / batch;
  const swap = (values: tf.Tensor, a: number, b: number): tf.Tensor =>
    outer === 1 ? values : tf.transpose(tf.reshape(values, [batch, a, b, inner]), [0, 2, 1, 3]);
  const rows = tf.reshape(swap(dy, outer, taken), [batch * taken, outer * inner]);
  // Every example of the batch has rows of its own.
  const offsets = tf.mul(tf.range(0, batch, 1, "int32"), tf.scalar(size, "int32"));
  const own = tf.add(tf.reshape(indices, [batch, taken]), tf.reshape(offsets, [batch, 1]));
  const ids = tf.reshape(batch === 1 ? indices : own, [batch * taken]) as tf.Tensor1D;
  const sums = tf.unsortedSegmentSum(rows as tf.Tensor2D, ids, batch * size); // [batch · size, outer · inner]
  return tf.reshape(swap(sums, size, outer), x.shape);
}
