import { check, smoothExp } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkExamples } from "./internal/check-examples.js";
import { sumPerExample } from "./internal/sum-per-example.js";

const LOG_TWO_PI = Math.log(2 * Math.PI);

/**
 * Negative log density of values under independent Gaussians, summed over the values of an example:
 * ½ Σ log 2π + γ + (x − μ)²·exp(−γ), with γ = log σ².
 *
 * **Shapes** `x`, `mean`, `logVariance`: equal, `[batch, …]` → `[batch]`; `logVariance` may be one number for all values.
 * **Units** nats per example; negative where the density exceeds 1.
 *
 * **Source** Kingma and Welling, "Auto-Encoding Variational Bayes", 2013, appendix C.2. https://arxiv.org/abs/1312.6114
 *
 * @throws ShapeError when the shapes differ; ConfigError for a variance that is no number; DataError for no examples.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { gaussianNegativeLogLikelihood } from "@latentkit/losses";
 * const x = tf.tensor2d([[0.5, 1]]);
 * gaussianNegativeLogLikelihood(x, x, 0).print(); // [log 2π]
 * ```
 */
export function gaussianNegativeLogLikelihood(
  x: tf.Tensor,
  mean: tf.Tensor,
  logVariance: tf.Tensor | number,
): tf.Tensor1D {
  const owner = "gaussianNegativeLogLikelihood";
  if (typeof logVariance === "number") check(owner).number("logVariance", logVariance);
  checkExamples(owner, typeof logVariance === "number" ? { x, mean } : { x, mean, logVariance });
  return tf.tidy(() => {
    const squared = tf.square(tf.sub(x, mean));
    if (typeof logVariance === "number") {
      const scaled = tf.mul(squared, 0.5 * Math.exp(-logVariance));
      return sumPerExample(tf.add(scaled, 0.5 * (LOG_TWO_PI + logVariance)));
    }
    const scaled = tf.mul(squared, smoothExp(tf.neg(logVariance)));
    return sumPerExample(tf.mul(0.5, tf.add(tf.add(scaled, logVariance), LOG_TWO_PI)));
  });
}
