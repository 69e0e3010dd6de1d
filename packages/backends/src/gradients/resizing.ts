import { UnsupportedError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { runKernel, setGradient, shippedGradient } from "./registry.js";

const OPERATIONS = { ResizeNearestNeighbor: "resizeNearestNeighbor", ResizeBilinear: "resizeBilinear" } as const;

/**
 * Lets the gradients of resizing be differentiated: they are linear, so their derivative is the operation itself. Resizing with
 * half-pixel centres has none: the shipped backward pass ignores them.
 */
export function setResizingGradients(): void {
  for (const [kernel, operation] of Object.entries(OPERATIONS)) {
    const shipped = shippedGradient(kernel);
    setGradient(kernel, { inputs: ["images"] }, (dy, saved, attributes) => {
      if (!attributes.halfPixelCenters) return shipped(dy, saved, attributes);
      throw new UnsupportedError(
        `${operation}: has no gradient with halfPixelCenters; resize without it, or with alignCorners.`,
      );
    });
    setGradient(`${kernel}Grad`, { inputs: ["dy", "images"] }, (upstream, saved, attributes) => {
      const [dy, images] = saved as [tf.Tensor4D, tf.Tensor4D];
      return {
        dy: () => runKernel(kernel, { images: upstream }, { ...attributes, size: dy.shape.slice(1, 3) }),
        images: () => tf.zerosLike(images),
      };
    });
  }
}
