import type { RandomSource } from "@latentkit/core";
import { checkShape, checkTensor, reparameterize } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/**
 * Draws from diagonal Gaussians so that gradients reach their parameters: z = μ + exp(γ/2)·ε with ε standard normal and
 * γ = log σ² (reparameterisation).
 *
 * **Shapes** `mean`, `logVariance`: equal, any → the same.
 *
 * **Source** Kingma and Welling, "Auto-Encoding Variational Bayes", 2013, section 2.4. https://arxiv.org/abs/1312.6114
 *
 * @throws ShapeError when the shapes differ.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { random } from "@latentkit/core";
 * import { gaussianSample } from "@latentkit/layers";
 * const z = gaussianSample(tf.zeros([4, 2]), tf.zeros([4, 2]), random(1));
 * ```
 */
export function gaussianSample<T extends tf.Tensor>(mean: T, logVariance: T, random: RandomSource): T {
  checkTensor("gaussianSample", "mean", mean);
  checkTensor("gaussianSample", "logVariance", logVariance);
  checkShape("gaussianSample", "logVariance", logVariance.shape, mean.shape);
  return tf.tidy(() => reparameterize(mean, logVariance, random.normal(mean.shape)));
}
