import { smoothExp } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkExamples } from "./internal/check-examples.js";
import { sumPerExample } from "./internal/sum-per-example.js";

/**
 * Divergence between diagonal Gaussians, KL(N(μ₁, σ₁²) ‖ N(μ₂, σ₂²)) =
 * ½ Σ γ₂ − γ₁ − 1 + exp(γ₁ − γ₂) + (μ₁ − μ₂)²·exp(−γ₂), with γ = log σ²: for learned priors and hierarchies of codes.
 *
 * **Shapes** all equal, `[batch, …]` → `[batch]`. **Units** nats per example.
 *
 * @throws ShapeError when the shapes differ; DataError for no examples.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { klGaussians } from "@latentkit/losses";
 * const zero = tf.zeros([1, 2]);
 * klGaussians(tf.ones([1, 2]), zero, zero, zero).print(); // [1]
 * ```
 */
export function klGaussians(
  mean1: tf.Tensor,
  logVariance1: tf.Tensor,
  mean2: tf.Tensor,
  logVariance2: tf.Tensor,
): tf.Tensor1D {
  checkExamples("klGaussians", { mean1, logVariance1, mean2, logVariance2 });
  return tf.tidy(() => {
    const difference = tf.sub(logVariance1, logVariance2);
    const spread = tf.sub(tf.sub(smoothExp(difference), difference), 1);
    const distance = tf.mul(tf.square(tf.sub(mean1, mean2)), smoothExp(tf.neg(logVariance2)));
    return sumPerExample(tf.mul(0.5, tf.add(spread, distance)));
  });
}
