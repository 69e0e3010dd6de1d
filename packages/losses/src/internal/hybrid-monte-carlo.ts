import type { RandomSource } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** How a chain moves. */
export interface ChainOptions {
  /** Proposals, each accepted or not. */
  readonly iterations: number;
  /** Leapfrog steps of a proposal. */
  readonly leaps: number;
  /** Length of a leapfrog step. */
  readonly stepSize: number;
}

/**
 * Chains of Hamiltonian Monte Carlo, one a row, for any unnormalised log density: a fixed number of proposals, each kept with the
 * probability min(1, e^−ΔH).
 *
 * Source: Neal, "MCMC using Hamiltonian dynamics", 2011, section 5.3.3.1. https://arxiv.org/abs/1206.1901
 *
 * @param start - `[rows, size]`, which stays the caller's.
 * @param logDensity - `[rows, size]` → `[rows]`.
 */
export function hybridMonteCarlo(
  start: tf.Tensor2D,
  logDensity: (z: tf.Tensor2D) => tf.Tensor,
  random: RandomSource,
  { iterations, leaps, stepSize }: ChainOptions,
): tf.Tensor2D {
  const slope = tf.grad((z: tf.Tensor) => tf.sum(logDensity(z as tf.Tensor2D)));
  const energy = (z: tf.Tensor2D, momentum: tf.Tensor): tf.Tensor =>
    tf.sub(logDensity(z), tf.div(tf.sum(tf.square(momentum), 1), 2));
  const propose = (at: tf.Tensor2D): tf.Tensor2D =>
    tf.tidy(() => {
      const first = random.normal(at.shape);
      let [z, momentum]: [tf.Tensor2D, tf.Tensor] = [at, first];
      for (let leap = 0; leap < leaps; leap++) {
        if (leap === 0) momentum = tf.add(momentum, tf.mul(stepSize / 2, slope(z)));
        z = tf.add(z, tf.mul(stepSize, momentum));
        momentum = tf.add(momentum, tf.mul(leap === leaps - 1 ? stepSize / 2 : stepSize, slope(z)));
      }
      const gain = tf.sub(energy(z, momentum), energy(at, first));
      const level = tf.log(tf.maximum(random.uniform([at.shape[0]]), 1e-30));
      const kept = tf.cast(tf.expandDims(tf.greaterEqual(gain, level), 1), "float32");
      return tf.add(tf.mul(kept, z), tf.mul(tf.sub(1, kept), at)) as tf.Tensor2D;
    });
  let z = tf.clone(start);
  for (let i = 0; i < iterations; i++) {
    const next = propose(z);
    z.dispose();
    z = next;
  }
  return z;
}
