import type * as tf from "@tensorflow/tfjs";
import { type CpuCall, replaceCpuKernel, valuesOn } from "./kernel.js";

interface ResizeAttrs {
  readonly alignCorners: boolean;
}

type Shape4D = [number, number, number, number];

/**
 * Replaces the JavaScript backend's gradients of resizing: the nearest-neighbour one (`tf.layers.upSampling2d`) reads the
 * gradient of the wrong image for every example of a batch but the first, the bilinear one exchanges height and width.
 */
export function replaceResizeGradients(): void {
  for (const [name, corners] of [
    ["ResizeNearestNeighborGrad", nearest],
    ["ResizeBilinearGrad", linear],
  ] as const) {
    replaceCpuKernel<"dy" | "images", ResizeAttrs>(name, () => (call) => resizeGradient(call, corners));
  }
}

/** An input position that takes part in an output position, and its weight. */
type Source = readonly [position: number, weight: number];

/** The sources of each output position along one axis. */
type Sources = (input: number, output: number, alignCorners: boolean) => readonly (readonly Source[])[];

function resizeGradient(
  { inputs, attrs, backend }: CpuCall<"dy" | "images", ResizeAttrs>,
  along: Sources,
): tf.TensorInfo {
  const { dy, images } = inputs;
  const [batch, inHeight, inWidth, depth] = images.shape as Shape4D;
  const [, outHeight, outWidth] = dy.shape as Shape4D;
  const from = valuesOn(backend, dy);
  const out = new Float32Array(batch * inHeight * inWidth * depth);
  const rows = along(inHeight, outHeight, attrs.alignCorners);
  const columns = along(inWidth, outWidth, attrs.alignCorners);
  let at = 0;
  const add = (n: number, [row, rowWeight]: Source, [column, columnWeight]: Source): void => {
    const to = ((n * inHeight + row) * inWidth + column) * depth;
    for (let c = 0; c < depth; c++) out[to + c]! += from[at + c]! * rowWeight * columnWeight;
  };
  for (let n = 0; n < batch; n++) {
    for (const row of rows) {
      for (const column of columns) {
        for (const y of row) for (const x of column) add(n, y, x);
        at += depth;
      }
    }
  }
  return backend.makeTensorInfo(images.shape, "float32", out);
}

function nearest(input: number, output: number, alignCorners: boolean): Source[][] {
  const scale = scaleOf(input, output, alignCorners);
  return Array.from({ length: output }, (_, i) => {
    const position = alignCorners ? Math.round(i * scale) : Math.floor(i * scale);
    return [[Math.min(input - 1, position), 1]];
  });
}

function linear(input: number, output: number, alignCorners: boolean): Source[][] {
  const scale = scaleOf(input, output, alignCorners);
  return Array.from({ length: output }, (_, i) => {
    const low = Math.floor(i * scale);
    const weight = i * scale - low;
    return [
      [low, 1 - weight],
      [Math.min(input - 1, Math.ceil(i * scale)), weight],
    ];
  });
}

function scaleOf(input: number, output: number, alignCorners: boolean): number {
  return alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output;
}
