import { type RandomSource, smoothExp } from "@latentkit/core";
import type { Likelihood } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";

/** Codes decoded at once: 4,096 pictures of 784 values are 13 MB, so that thousands of weights an example fit in memory. */
const MAX_ROWS = 4096;

/**
 * log p(x|z) + log p(z) − log q(z|x) for `count` draws z = μ + exp(γ/2)·ε an example: `[batch, count]`. With one ε for both
 * densities the normalising constants cancel: log p(z) − log q(z|x) = −½ Σ (z² − ε² − γ).
 */
export function logImportanceWeights(
  x: tf.Tensor,
  posterior: { readonly mean: tf.Tensor2D; readonly logVariance: tf.Tensor2D },
  parametersOf: (z: tf.Tensor) => tf.Tensor,
  likelihood: Likelihood,
  count: number,
  random: RandomSource,
): tf.Tensor2D {
  const [batch, latentDim] = posterior.mean.shape;
  const mean = tf.expandDims(posterior.mean, 1); // [batch, 1, latentDim]
  const logVariance = tf.expandDims(posterior.logVariance, 1);
  const deviation = smoothExp(tf.mul(logVariance, 0.5));

  const weights = (draws: number): tf.Tensor2D =>
    tf.tidy(() => {
      const noise = random.normal([batch, draws, latentDim]);
      const z = tf.add(mean, tf.mul(deviation, noise));
      const parameters = parametersOf(tf.reshape(z, [batch * draws, latentDim]));
      const reconstruction = tf.reshape(likelihood.negativeLogLikelihood(repeat(x, draws), parameters), [batch, draws]);
      const excess = tf.sum(tf.sub(tf.sub(tf.square(z), tf.square(noise)), logVariance), -1); // [batch, draws]
      return tf.neg(tf.add(reconstruction, tf.mul(excess, 0.5))) as tf.Tensor2D;
    });

  const chunk = Math.max(1, Math.floor(MAX_ROWS / batch));
  const chunks: tf.Tensor2D[] = [];
  for (let done = 0; done < count; done += chunk) chunks.push(weights(Math.min(chunk, count - done)));
  return chunks.length === 1 ? chunks[0]! : tf.concat(chunks, 1);
}

/** Each example `times` times in a row: `[batch, …]` → `[batch · times, …]`. */
function repeat(x: tf.Tensor, times: number): tf.Tensor {
  const [batch, ...rest] = x.shape as [number, ...number[]];
  const copies = tf.tile(tf.reshape(x, [batch, 1, x.size / batch]), [1, times, 1]); // [batch, times, values]
  return tf.reshape(copies, [batch * times, ...rest]);
}
