import * as tf from "@tensorflow/tfjs";
import { type Attributes, runKernel, setGradient } from "./registry.js";

/**
 * Gradients of gradient kernels that are linear: the derivative of an adjoint is the operation itself. The shipped backward
 * passes stay as they are, and can now be differentiated.
 */
export function addLinearAdjoints(): void {
  addResizing();
  addConvolution();
  addDepthwise();
}

function addResizing(): void {
  for (const forward of ["ResizeNearestNeighbor", "ResizeBilinear"]) {
    setGradient(`${forward}Grad`, ["dy", "images"], (upstream, saved, attributes) => {
      const [dy, images] = saved as [tf.Tensor4D, tf.Tensor4D];
      return {
        dy: () => runKernel(forward, { images: upstream }, { ...attributes, size: dy.shape.slice(1, 3) }),
        images: () => tf.zerosLike(images),
      };
    });
  }
}

// Conv2D and its input gradient have shipped gradients already; only the filter gradient has none.
function addConvolution(): void {
  setGradient("Conv2DBackpropFilter", ["x", "dy"], (upstream, saved, attributes) => {
    const [x, dy] = saved as [tf.Tensor4D, tf.Tensor4D];
    const rest = without(attributes, "filterShape");
    return {
      x: () => runKernel("Conv2DBackpropInput", { dy, filter: upstream }, { ...rest, inputShape: x.shape }),
      dy: () => runKernel("Conv2D", { x, filter: upstream }, { dilations: [1, 1], ...rest }),
    };
  });
}

function addDepthwise(): void {
  const [forward, toInput, toFilter] = ["", "BackpropInput", "BackpropFilter"].map(
    (part) => `DepthwiseConv2dNative${part}`,
  ) as [string, string, string];
  setGradient(toInput, ["dy", "filter"], (upstream, saved, attributes) => {
    const [dy, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
    const rest = without(attributes, "inputShape");
    return {
      dy: () => runKernel(forward, { x: upstream, filter }, rest),
      filter: () => runKernel(toFilter, { x: upstream, dy }, { ...rest, filterShape: filter.shape }),
    };
  });
  setGradient(toFilter, ["x", "dy"], (upstream, saved, attributes) => {
    const [x, dy] = saved as [tf.Tensor4D, tf.Tensor4D];
    const rest = without(attributes, "filterShape");
    return {
      x: () => runKernel(toInput, { dy, filter: upstream }, { ...rest, inputShape: x.shape }),
      dy: () => runKernel(forward, { x, filter: upstream }, rest),
    };
  });
}

function without(attributes: Attributes, name: string): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => key !== name));
}
