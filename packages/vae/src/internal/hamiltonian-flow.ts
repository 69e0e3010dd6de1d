import type { PosteriorDraw, RandomSource } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** How codes are moved. */
export interface Dynamics {
  /** Leapfrog steps, K. */
  readonly steps: number;
  /** ε by dimension: `[1, latentDim]`. */
  readonly stepSize: tf.Tensor;
  /** √β₀ in (0, 1], the square root of the inverse temperature at the start: `[1, 1]`. */
  readonly tempering: tf.Tensor;
  /** U(z) = −log p(x, z) of codes `[rows, latentDim]`: `[rows]`, in nats. */
  potential(z: tf.Tensor): tf.Tensor;
}

/** Codes and their momentum, `[rows, latentDim]` each. */
export interface Phase {
  readonly z: tf.Tensor;
  readonly momentum: tf.Tensor;
}

/** One leapfrog step: half a step of the momentum, a whole one of the codes, half of the momentum. It keeps volume and can be undone. */
export function leapfrog(
  { z, momentum }: Phase,
  { stepSize, potential }: Omit<Dynamics, "steps" | "tempering">,
): Phase {
  const slope = tf.grad((at: tf.Tensor) => tf.sum(potential(at)));
  const half = tf.div(stepSize, 2);
  const between = tf.sub(momentum, tf.mul(half, slope(z)));
  const moved = tf.add(z, tf.mul(stepSize, between));
  return { z: moved, momentum: tf.sub(between, tf.mul(half, slope(moved))) };
}

/** √β_k of the quadratic tempering, k = 0 … K: 1/√β_k = (1 − 1/√β₀)·k²/K² + 1/√β₀. */
export function temperatures(tempering: tf.Tensor, steps: number): tf.Tensor[] {
  const hot = tf.div(1, tempering);
  return Array.from({ length: steps + 1 }, (_, k) => tf.div(1, tf.add(tf.mul(tf.sub(1, hot), (k / steps) ** 2), hot)));
}

/** All steps with their tempering, after each of which momenta are multiplied by √(β_{k−1}/β_k): together volume shrinks by β₀^(d/2). */
export function hamiltonianFlow(start: Phase, dynamics: Dynamics): Phase {
  const roots = temperatures(dynamics.tempering, dynamics.steps);
  let phase = start;
  for (let k = 1; k <= dynamics.steps; k++) {
    const { z, momentum } = leapfrog(phase, dynamics);
    phase = { z, momentum: tf.mul(momentum, tf.div(roots[k - 1]!, roots[k]!)) };
  }
  return phase;
}

/**
 * Codes that q(z|x) drew, moved by tempered Hamiltonian dynamics of the model's own density. Momenta begin as γ/√β₀, γ standard normal;
 * what q's log density becomes, log q(z₀|x) + log N(γ) − log N(ρ_K), makes log p(x, z_K) − it the log weight of the bound: tempering
 * factors and the determinant cancel.
 *
 * Source: Caterini, Doucet and Sejdinovic 2018, algorithm 1 and equation 10.
 */
export function movedDraw(drawn: PosteriorDraw, random: RandomSource, dynamics: Dynamics): PosteriorDraw {
  const { shape } = drawn.z;
  const size = shape.at(-1)!;
  const rows = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [-1, size]);
  const gamma = random.normal(shape);
  const start = { z: rows(drawn.z), momentum: tf.div(rows(gamma), dynamics.tempering) };
  const { z, momentum } = hamiltonianFlow(start, dynamics);
  return {
    z: tf.reshape(z, shape),
    logDensity: () => {
      const excess = tf.sub(tf.square(tf.reshape(momentum, shape)), tf.square(gamma));
      return tf.add(drawn.logDensity(), tf.div(tf.sum(excess, -1), 2));
    },
  };
}
