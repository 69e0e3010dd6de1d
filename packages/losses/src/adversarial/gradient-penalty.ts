import type { RandomSource } from "@latentkit/core";
import { checkShape, flag, number, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Critic } from "./adversarial-loss.js";
import { checkPenalty } from "./check-penalty.js";
import { gradientNorm } from "./gradient-norm.js";

/** What {@link gradientPenalty} can be told. */
export interface GradientPenaltyOptions {
  /** The norm that gradients are drawn to. Default 1. */
  readonly target?: number;
  /** Punishes only norms above the target, all that a Lipschitz bound asks for. Default false. */
  readonly oneSided?: boolean;
}

/**
 * E[(‖∇D(x̂)‖ − 1)²] with x̂ uniform on the line between a real and a generated example, for Wasserstein critics; weigh it
 * by 10. One-sided: E[max(0, ‖∇D(x̂)‖ − 1)²].
 *
 * **Shapes**: `real` and `fake` `[batch, …]` of the same shape → scalar.
 *
 * **Source**: Gulrajani et al., "Improved Training of Wasserstein GANs", 2017, equation 3,
 * https://arxiv.org/abs/1704.00028; one-sided: Petzka, Fischer and Lukovnikov, "On the regularization of Wasserstein
 * GANs", 2018, equation 8.
 *
 * @param random - Draws the position on the line, one per example.
 * @throws ConfigError for options out of range, or what is no critic; ShapeError when the shapes differ; DataError for no examples.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { gradientPenalty } from "@latentkit/losses";
 * import * as tf from "@tensorflow/tfjs";
 * const critic = (x: tf.Tensor) => tf.sum(tf.mul(x, 3), 1);
 * gradientPenalty(critic, tf.ones([4, 1]), tf.zeros([4, 1]), random(1)); // (3 − 1)² = 4
 * ```
 */
export function gradientPenalty(
  critic: Critic,
  real: tf.Tensor,
  fake: tf.Tensor,
  random: RandomSource,
  options: GradientPenaltyOptions = {},
): tf.Scalar {
  const owner = "gradientPenalty";
  const specification = { target: number({ min: 0, default: 1 }), oneSided: flag({ default: false }) };
  const { target, oneSided } = resolveOptions(owner, specification, options);
  checkPenalty(owner, critic, { real, fake }, random);
  checkShape(owner, "fake", fake.shape, real.shape);
  return tf.tidy(() => {
    // One position per example, equal for all of its values.
    const position = random.uniform([real.shape[0]!, ...real.shape.slice(1).map(() => 1)]);
    const between = tf.add(fake, tf.mul(position, tf.sub(real, fake)));
    const excess = tf.sub(gradientNorm(critic, between), target);
    return tf.mean(tf.square(oneSided ? tf.relu(excess) : excess)) as tf.Scalar;
  });
}
