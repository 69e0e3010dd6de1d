import { lax, numpy as np } from "@jax-js/jax";

/** Padding of a kernel of 4 at stride 2 that halves or doubles the side. */
const EDGES: [number, number][] = [
  [1, 1],
  [1, 1],
];

/** A layer of units. Like all layers here it takes over its input, as functions of jax-js do, and borrows weights. */
export function dense(x: np.Array, kernel: np.Array, bias?: np.Array): np.Array {
  const product = np.matmul(x, kernel.ref);
  return bias === undefined ? product : product.add(bias.ref);
}

/** Kernel 4, stride 2, half the side; channels first, filters `[filters, channels, 4, 4]`. */
export function convolution(x: np.Array, kernel: np.Array, bias?: np.Array): np.Array {
  return addBias(lax.convGeneralDilated(x, kernel.ref, [2, 2], EDGES), bias);
}

/** Kernel 4, stride 2, twice the side; channels first, filters `[channels, filters, 4, 4]`. */
export function transposedConvolution(x: np.Array, kernel: np.Array, bias?: np.Array): np.Array {
  return addBias(lax.convTranspose(x, kernel.ref, [2, 2], EDGES, { transposeKernel: true }), bias);
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
