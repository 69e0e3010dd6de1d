import type { RandomSource } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/**
 * Shuffles each dimension of a batch of codes among its examples, independently: draws from the product of the marginals.
 *
 * **Shapes**: `[batch, latentDim]` → the same.
 *
 * Source: Kim and Mnih 2018, algorithm 1.
 */
export function permuteCodes(z: tf.Tensor2D, random: RandomSource): tf.Tensor2D {
  const [batch, latentDim] = z.shape;
  // The places of random numbers in order of size are a random permutation, without repeats even where two numbers are equal.
  const { indices } = tf.topk(random.uniform([latentDim, batch]), batch); // [latentDim, batch]
  const rows = tf.expandDims(tf.range(0, latentDim * batch, batch, "int32"), 1); // where each dimension begins
  const flat = tf.reshape(tf.transpose(z), [latentDim * batch]);
  return tf.transpose(tf.gather(flat, tf.add(indices, rows) as tf.Tensor2D)) as tf.Tensor2D;
}
