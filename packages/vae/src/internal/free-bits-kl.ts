import { smoothExp } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/**
 * Σⱼ max(λ, mean over the batch of KLⱼ): a dimension whose KL divergence is below λ nats is not pushed further down.
 *
 * Source: Kingma et al., "Improved Variational Inference with Inverse Autoregressive Flow", 2016, equation 15.
 * https://arxiv.org/abs/1606.04934
 */
export function freeBitsKl(mean: tf.Tensor, logVariance: tf.Tensor, freeBits: number): tf.Scalar {
  const values = tf.sub(tf.add(tf.square(mean), smoothExp(logVariance)), tf.add(logVariance, 1));
  const perDimension = tf.mul(tf.mean(values, 0), 0.5); // [latentDim]
  return tf.sum(tf.maximum(perDimension, freeBits));
}
