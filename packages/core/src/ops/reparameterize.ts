import * as tf from "@tensorflow/tfjs";
import { checkShape } from "../check.js";
import { checkTensor } from "../check-tensor.js";
import { smoothExp } from "./smooth.js";

/**
 * A draw from N(μ, σ²) through which gradients reach its parameters: μ + exp(γ/2)·ε with γ = log σ².
 *
 * **Shapes** `mean`, `logVariance`: equal, any → that of `noise`, which is the same where they are not 1.
 *
 * @param noise - ε, standard normal.
 * @throws ConfigError for what is no tensor; ShapeError for shapes that do not fit together.
 */
export function reparameterize<T extends tf.Tensor>(mean: T, logVariance: tf.Tensor, noise: tf.Tensor): T {
  const owner = "reparameterize";
  for (const [name, value] of Object.entries({ mean, logVariance, noise })) checkTensor(owner, name, value);
  checkShape(owner, "logVariance", logVariance.shape, mean.shape);
  checkShape(...([owner, "noise", noise.shape, mean.shape.map((size) => (size === 1 ? null : size))] as const));
  return tf.tidy(() => tf.add(mean, tf.mul(smoothExp(tf.mul(logVariance, 0.5)), noise)) as T);
}
