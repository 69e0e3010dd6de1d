import * as tf from "@tensorflow/tfjs";
import { pick, put } from "./axis.js";
import { type Attributes, runKernel, setGradient, shippedGradient } from "./registry.js";
import { cropped, padded, paddedSize, placesOf, poolingWindows, rounds, type WindowAxis } from "./windows.js";

/**
 * Gradients of average pooling that divide by what the forward pass divides by: the values of each window that lie within the
 * image. The shipped ones divide by the window's size, which is wrong wherever there is padding.
 */
export function setAveragePoolingGradients(): void {
  const shipped = shippedGradient("AvgPool");
  setGradient("AvgPool", { inputs: ["x"] }, (dy, saved, attributes) => {
    const [x] = saved as [tf.Tensor4D];
    // The gradient kernels compute their geometry without it.
    if (rounds(attributes)) return { x: () => averageGradient(dy, x, attributes) };
    const ratio = windowOverCount(x.shape, attributes);
    return shipped(ratio === undefined ? dy : tf.mul(dy, ratio), saved, attributes);
  });
  // The adjoint divides by the window's size: it is not average pooling where a window reaches beyond the image.
  setGradient("AvgPoolGrad", { inputs: ["input"] }, (upstream, [input], attributes) => ({
    dy: () => {
      const ratio = windowOverCount(input!.shape, attributes);
      const pooled = runKernel("AvgPool", { x: upstream }, attributes);
      return ratio === undefined ? pooled : tf.div(pooled, ratio);
    },
    input: () => tf.zerosLike(input!),
  }));
  setGradient("AvgPool3D", { inputs: ["x"] }, (dy, [x], attributes) => ({
    x: () => averageGradient(dy, x!, attributes),
  }));
  setGradient("AvgPool3DGrad", { inputs: ["input"] }, (upstream, [input], attributes) => {
    const windows = poolingWindows(input!.shape, attributes);
    return {
      dy: () => tf.div(sumOfWindows(padded(upstream, windows), windows), windowSize(windows)),
      input: () => tf.zerosLike(input!),
    };
  });
}

function averageGradient(dy: tf.Tensor, x: tf.Tensor, attributes: Attributes): tf.Tensor {
  const windows = poolingWindows(x.shape, attributes);
  return cropped(spreadOverWindows(tf.div(dy, counts(windows)), windows), windows);
}

/** Window size over the number of values that each window has within the image; absent when all windows are full. */
function windowOverCount(shape: readonly number[], attributes: Attributes): tf.Tensor | undefined {
  // The native backend divides both ways by the values within the image.
  if (tf.getBackend() === "tensorflow") return undefined;
  const windows = poolingWindows(shape, attributes);
  if (windows.every(({ before, after }) => before + after === 0)) return undefined;
  return tf.div(windowSize(windows), counts(windows));
}

function windowSize(windows: readonly WindowAxis[]): number {
  return windows.reduce((size, { length }) => size * length, 1);
}

/** Number of values that each window has within the image: `[1, …out, 1]`. */
function counts(windows: readonly WindowAxis[]): tf.Tensor {
  const along = windows.map(({ out, stride, before, length, size }) =>
    Array.from({ length: out }, (_, i) => {
      const start = i * stride - before;
      return Math.max(1, Math.min(start + length, size) - Math.max(start, 0));
    }),
  );
  const all = along.reduce((found, axis) => found.flatMap((a) => axis.map((b) => a * b)), [1]);
  return tf.tensor(all, [1, ...windows.map(({ out }) => out), 1]);
}

/** Adds the value of each window to all its places of the padded image, axis by axis. */
function spreadOverWindows(values: tf.Tensor, windows: readonly WindowAxis[]): tf.Tensor {
  return windows.reduce((y, window, i) => {
    const parts = Array.from({ length: window.length }, (_, k) =>
      put(y, i + 1, placesOf(window, k), paddedSize(window)),
    );
    return parts.length === 1 ? parts[0]! : tf.addN(parts);
  }, values);
}

/** Adds the values of each window: the adjoint of {@link spreadOverWindows}. */
function sumOfWindows(image: tf.Tensor, windows: readonly WindowAxis[]): tf.Tensor {
  return windows.reduce((y, window, i) => {
    const parts = Array.from({ length: window.length }, (_, k) => pick(y, i + 1, placesOf(window, k)));
    return parts.length === 1 ? parts[0]! : tf.addN(parts);
  }, image);
}
