import { lax, numpy as np } from "@jax-js/jax";

/**
 * Layers as jax-js has them, channels first. Every function takes over its first argument, as functions of jax-js do, and
 * borrows weights.
 */
export type Layer = (x: np.Array) => np.Array;

export function dense(x: np.Array, kernel: np.Array, bias?: np.Array): np.Array {
  const product = np.matmul(x, kernel.ref);
  return bias === undefined ? product : product.add(bias.ref);
}

/** Kernel 4, stride 2, half the side: filters `[filters, channels, 4, 4]`. */
export function convolution(x: np.Array, kernel: np.Array, bias?: np.Array): np.Array {
  return addBias(lax.convGeneralDilated(x, kernel.ref, [2, 2], [[1, 1], [1, 1]]), bias); // biome-ignore format: pairs
}

/** Kernel 4, stride 2, twice the side: filters `[channels, filters, 4, 4]`. */
export function transposedConvolution(x: np.Array, kernel: np.Array, bias?: np.Array): np.Array {
  const options = { transposeKernel: true };
  return addBias(lax.convTranspose(x, kernel.ref, [2, 2], [[1, 1], [1, 1]], options), bias); // biome-ignore format: pairs
}

function addBias(x: np.Array, bias: np.Array | undefined): np.Array {
  return bias === undefined ? x : x.add(bias.ref.reshape([1, bias.shape[0]!, 1, 1]));
}

/** With the batch's statistics; moving ones are not kept, which spares jax-js a little work. */
export function batchNormalization(x: np.Array, gamma: np.Array, beta: np.Array): np.Array {
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  const shape = x.shape.map((size, axis) => (axis === 1 ? size : 1));
  const centred = x.ref.sub(np.mean(x, axes, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), axes, { keepdims: true });
  const scaled = centred.div(np.sqrt(variance.add(1e-3)));
  return scaled.mul(gamma.ref.reshape(shape)).add(beta.ref.reshape(shape));
}
