import type { RandomSource } from "@latentkit/core";
import { number, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Critic } from "./adversarial-loss.js";
import { checkPenalty } from "./check-penalty.js";
import { gradientNorm } from "./gradient-norm.js";

/** What {@link draganPenalty} can be told. */
export interface DraganPenaltyOptions {
  /** Size of the perturbation in standard deviations of the batch. Default 0.5. */
  readonly scale?: number;
  /** The norm that gradients are drawn to. Default 1. */
  readonly target?: number;
}

/**
 * E[(‖∇D(x + δ)‖ − 1)²] around real examples only, δ = `scale` · σ · U[0, 1) per value with σ the standard deviation of the
 * batch; for logistic losses, weighed by 10.
 *
 * **Shapes**: `real` `[batch, …]` → scalar.
 *
 * **Source**: Kodali et al., "On Convergence and Stability of GANs", 2017, section 2.3 and the authors' code.
 * https://arxiv.org/abs/1705.07215
 *
 * @param random - Draws the perturbation.
 * @throws ConfigError for options out of range, or what is no critic; DataError for no examples.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { draganPenalty } from "@latentkit/losses";
 * import * as tf from "@tensorflow/tfjs";
 * const critic = (x: tf.Tensor) => tf.sum(x, 1);
 * draganPenalty(critic, tf.ones([4, 1]), random(1)); // 0: the slope is 1
 * ```
 */
export function draganPenalty(
  critic: Critic,
  real: tf.Tensor,
  random: RandomSource,
  options: DraganPenaltyOptions = {},
): tf.Scalar {
  const owner = "draganPenalty";
  const specification = { scale: number({ above: 0, default: 0.5 }), target: number({ min: 0, default: 1 }) };
  const { scale, target } = resolveOptions(owner, specification, options);
  checkPenalty(owner, critic, { real }, random);
  return tf.tidy(() => {
    const deviation = tf.sqrt(tf.moments(real).variance);
    const around = tf.add(real, tf.mul(tf.mul(scale, deviation), random.uniform(real.shape)));
    return tf.mean(tf.square(tf.sub(gradientNorm(critic, around), target))) as tf.Scalar;
  });
}
