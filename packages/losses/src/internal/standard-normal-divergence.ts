import { smoothExp } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** KL(N(μ, σ²) ‖ N(0, 1)) of each value, ½(μ² + exp γ − γ − 1) with γ = log σ². */
export function standardNormalDivergence<T extends tf.Tensor>(mean: T, logVariance: T): T {
  const spread = tf.sub(tf.sub(smoothExp(logVariance), logVariance), 1);
  return tf.mul(0.5, tf.add(tf.square(mean), spread));
}
