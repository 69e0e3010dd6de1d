import * as tf from "@tensorflow/tfjs";
import { smoothExp } from "./smooth.js";

/**
 * A draw from N(μ, σ²) through which gradients reach its parameters: μ + exp(γ/2)·ε with γ = log σ².
 *
 * @param noise - ε, standard normal; shapes broadcast.
 */
export function reparameterize<T extends tf.Tensor>(mean: T, logVariance: tf.Tensor, noise: tf.Tensor): T {
  return tf.tidy(() => tf.add(mean, tf.mul(smoothExp(tf.mul(logVariance, 0.5)), noise)) as T);
}
