import * as tf from "@tensorflow/tfjs";
import { setGradient, shippedGradient } from "./registry.js";
import { bring, cropped, fetch, padded, places, poolingWindows, rounds, type WindowAxis } from "./windows.js";

/**
 * Gradients of max pooling, and of that gradient. It moves dy to the place of each window's maximum, so its own derivative
 * fetches the values that lie there; the first maximum of a window wins, as in the kernels. In three dimensions both go place
 * by place: the kernels that backends have are wrong or missing.
 */
export function setMaxPoolingGradients(): void {
  const shipped = shippedGradient("MaxPool");
  for (const kernel of ["MaxPool", "MaxPool3D"]) {
    setGradient(kernel, { inputs: ["x"], outputs: [true] }, (dy, [x, y], attributes) => {
      // The gradient kernels compute their geometry without rounding modes.
      if (kernel === "MaxPool" && !rounds(attributes)) return shipped(dy, [x!, y!], attributes);
      return { x: () => spreadToMaxima(dy, x!, y!, poolingWindows(x!.shape, attributes)) };
    });
  }
  for (const kernel of ["MaxPoolGrad", "MaxPool3DGrad"]) {
    setGradient(kernel, { inputs: ["input", "output"] }, (upstream, [input, output], attributes) => ({
      dy: () => fetchAtMaxima(upstream, input!, output!, poolingWindows(input!.shape, attributes)),
      input: () => tf.zerosLike(input!),
      output: () => tf.zerosLike(output!),
    }));
  }
}

/** Calls back for every place of the windows with ones where the window's first maximum lies there. */
function overMaxima(
  x: tf.Tensor,
  y: tf.Tensor,
  windows: readonly WindowAxis[],
  each: (here: tf.Tensor, place: readonly number[]) => tf.Tensor,
): tf.Tensor {
  // Padding never is a maximum.
  const image = padded(x, windows, Number.NEGATIVE_INFINITY);
  let free: tf.Tensor = tf.onesLike(y);
  const parts = places(windows).map((place) => {
    const here = tf.mul(free, tf.cast(tf.equal(fetch(image, windows, place), y), "float32"));
    free = tf.sub(free, here);
    return each(here, place);
  });
  return tf.addN(parts);
}

function fetchAtMaxima(values: tf.Tensor, x: tf.Tensor, y: tf.Tensor, windows: readonly WindowAxis[]): tf.Tensor {
  const image = padded(values, windows);
  return overMaxima(x, y, windows, (here, place) => tf.mul(here, fetch(image, windows, place)));
}

function spreadToMaxima(dy: tf.Tensor, x: tf.Tensor, y: tf.Tensor, windows: readonly WindowAxis[]): tf.Tensor {
  const spread = overMaxima(x, y, windows, (here, place) => bring(tf.mul(here, dy), windows, place));
  return cropped(spread, windows);
}
