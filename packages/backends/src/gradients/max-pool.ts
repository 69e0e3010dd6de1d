import * as tf from "@tensorflow/tfjs";
import { type Attributes, setGradient } from "./registry.js";

/**
 * Lets the gradient of max pooling be differentiated. It moves dy to the place of each window's maximum, so its own
 * derivative fetches the values that lie there. Fetching goes window position by window position, the first maximum of a
 * window winning as it does in the kernels: strided slices and comparisons, which every backend has.
 */
export function addMaxPoolAdjoint(): void {
  setGradient("MaxPoolGrad", ["input", "output"], (upstream, saved, attributes) => {
    const [input, output] = saved as [tf.Tensor4D, tf.Tensor4D];
    return {
      dy: () => fetchAtMaxima(upstream as tf.Tensor4D, input, output, attributes),
      input: () => tf.zerosLike(input),
      output: () => tf.zerosLike(output),
    };
  });
}

function fetchAtMaxima(values: tf.Tensor4D, x: tf.Tensor4D, y: tf.Tensor4D, attributes: Attributes): tf.Tensor4D {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as never;
  const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { top, left } = info.padInfo;
  const height = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight;
  const width = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth;
  const margins: [[number, number], [number, number], [number, number], [number, number]] = [
    [0, 0],
    [top, Math.max(0, height - top - info.inHeight)],
    [left, Math.max(0, width - left - info.inWidth)],
    [0, 0],
  ];
  // Padding never is a maximum.
  const padded = tf.pad(x, margins, Number.NEGATIVE_INFINITY);
  const paddedValues = tf.pad(values, margins);
  let found = tf.zerosLike(y);
  let free = tf.onesLike(y);
  for (let ky = 0; ky < info.filterHeight; ky++) {
    for (let kx = 0; kx < info.filterWidth; kx++) {
      const at = (from: tf.Tensor4D): tf.Tensor4D =>
        tf.stridedSlice(
          from,
          [0, ky, kx, 0],
          [
            x.shape[0],
            ky + height - info.effectiveFilterHeight + 1,
            kx + width - info.effectiveFilterWidth + 1,
            x.shape[3],
          ],
          [1, info.strideHeight, info.strideWidth, 1],
        ) as tf.Tensor4D;
      const here = tf.mul(free, tf.cast(tf.equal(at(padded), y), "float32"));
      found = tf.add(found, tf.mul(here, at(paddedValues)));
      free = tf.sub(free, here);
    }
  }
  return found;
}
