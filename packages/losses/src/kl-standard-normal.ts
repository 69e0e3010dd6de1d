import * as tf from "@tensorflow/tfjs";
import { checkExamples } from "./internal/check-examples.js";
import { standardNormalDivergence } from "./internal/standard-normal-divergence.js";
import { sumPerExample } from "./internal/sum-per-example.js";

/**
 * Divergence of diagonal Gaussians from the standard normal, KL(N(μ, σ²) ‖ N(0, 1)) = −½ Σ 1 + γ − μ² − exp γ with
 * γ = log σ²: the latent loss of a variational autoencoder.
 *
 * **Shapes** `mean`, `logVariance`: equal, `[batch, …]` → `[batch]`. **Units** nats per example.
 *
 * **Source** Kingma and Welling, "Auto-Encoding Variational Bayes", 2013, appendix B. https://arxiv.org/abs/1312.6114
 *
 * @throws ShapeError when the shapes differ; DataError for no examples.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { klStandardNormal } from "@latentkit/losses";
 * klStandardNormal(tf.ones([1, 2]), tf.zeros([1, 2])).print(); // [1]
 * ```
 */
export function klStandardNormal(mean: tf.Tensor, logVariance: tf.Tensor): tf.Tensor1D {
  checkExamples("klStandardNormal", { mean, logVariance });
  return tf.tidy(() => sumPerExample(standardNormalDivergence(mean, logVariance)));
}
