import * as tf from "@tensorflow/tfjs";
import type { Critic } from "./adversarial-loss.js";
import { checkPenalty } from "./check-penalty.js";
import { squaredGradientNorm } from "./gradient-norm.js";

/**
 * ½ E[‖∇D(x)‖²], which makes training converge near the equilibrium where unregularised GANs circle it; weigh it by γ,
 * 0.1 to 10. On data it is R1, on samples R2.
 *
 * **Shapes**: `x` `[batch, …]` → scalar.
 *
 * **Source**: Mescheder, Geiger and Nowozin, "Which Training Methods for GANs do actually Converge?", 2018, equation 9
 * (R1) and 10 (R2), with γ left to the caller. https://arxiv.org/abs/1801.04406
 *
 * @throws ConfigError for what is no critic; DataError for no examples.
 * @example
 * ```ts
 * import { r1Penalty } from "@latentkit/losses";
 * import * as tf from "@tensorflow/tfjs";
 * const critic = (x: tf.Tensor) => tf.sum(tf.mul(x, 3), 1);
 * r1Penalty(critic, tf.ones([4, 1])); // ½ · 3² = 4.5
 * ```
 */
export function r1Penalty(critic: Critic, x: tf.Tensor): tf.Scalar {
  checkPenalty("r1Penalty", critic, { x });
  return tf.tidy(() => tf.mul(0.5, tf.mean(squaredGradientNorm(critic, x)))) as tf.Scalar;
}
