import { UnsupportedError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { type Attributes, reduceTo, runKernel, setGradient, shippedGradient } from "./registry.js";

/**
 * First derivatives that TensorFlow.js 4.22.0 gets wrong: average pooling with padding, where the forward pass divides by the
 * values within the image and the backward pass by the window's size; running sums along an axis that is not the last;
 * squared differences of operands with different shapes; and resizing with half-pixel centres, whose backward pass ignores
 * them.
 */
export function correctFirstDerivatives(): void {
  correctAveragePooling();
  setGradient("Cumsum", ["x"], (dy, _, { axis, exclusive, reverse }) => ({
    x: () => tf.cumsum(dy, axis as number, exclusive as boolean, !reverse),
  }));
  setGradient("SquaredDifference", ["a", "b"], (dy, saved) => {
    const [a, b] = saved as [tf.Tensor, tf.Tensor];
    const slope = () => tf.mul(tf.mul(dy, 2), tf.sub(a, b));
    return { a: () => reduceTo(slope(), a.shape), b: () => reduceTo(tf.neg(slope()), b.shape) };
  });
  for (const name of ["ResizeBilinear", "ResizeNearestNeighbor"]) refuseHalfPixels(name);
}

function correctAveragePooling(): void {
  const shipped = shippedGradient("AvgPool");
  setGradient("AvgPool", ["x"], (dy, saved, attributes) => {
    const [x] = saved as [tf.Tensor4D];
    const ratio = windowOverCount(x.shape, attributes);
    return shipped(ratio === undefined ? dy : tf.mul(dy, ratio), saved, attributes);
  });
  // The adjoint divides by the window's size: it is not average pooling where a window reaches beyond the image.
  setGradient("AvgPoolGrad", ["input"], (upstream, [input], attributes) => ({
    dy: () => {
      const ratio = windowOverCount(input!.shape as tf.Tensor4D["shape"], attributes);
      const pooled = runKernel("AvgPool", { x: upstream }, attributes);
      return ratio === undefined ? pooled : tf.div(pooled, ratio);
    },
    input: () => tf.zerosLike(input!),
  }));
}

/** Window size over the number of values that each window has within the image; absent when all windows are full. */
function windowOverCount(shape: tf.Tensor4D["shape"], attributes: Attributes): tf.Tensor4D | undefined {
  // The native backend divides both ways by the values within the image.
  if (tf.getBackend() === "tensorflow") return undefined;
  const { filterSize, strides, pad, dimRoundingMode } = attributes as never;
  const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { top, bottom, left, right } = info.padInfo;
  if (top + bottom + left + right === 0) return undefined;
  const rows = counts(info.outHeight, info.strideHeight, info.filterHeight, top, info.inHeight);
  const columns = counts(info.outWidth, info.strideWidth, info.filterWidth, left, info.inWidth);
  const ratios = rows.flatMap((row) =>
    columns.map((column) => (info.filterHeight * info.filterWidth) / (row * column)),
  );
  return tf.tensor4d(ratios, [1, info.outHeight, info.outWidth, 1]);
}

function counts(outputs: number, stride: number, window: number, before: number, size: number): number[] {
  return Array.from({ length: outputs }, (_, i) => {
    const start = i * stride - before;
    return Math.min(start + window, size) - Math.max(start, 0);
  });
}

function refuseHalfPixels(name: string): void {
  const shipped = shippedGradient(name);
  setGradient(name, ["images"], (dy, saved, attributes) => {
    if (attributes.halfPixelCenters) {
      throw new UnsupportedError(
        `${name}: has no gradient with halfPixelCenters; resize without it, or with alignCorners.`,
      );
    }
    return shipped(dy, saved, attributes);
  });
}
