import * as tf from "@tensorflow/tfjs";
import type { Critic } from "./adversarial-loss.js";

/**
 * ‖∇ₓD(x)‖² of each example: `[batch, …]` → `[batch]`. Differentiable in the critic's weights. The critic must treat
 * examples one by one: batch normalisation would mix their gradients.
 */
export function squaredGradientNorm(critic: Critic, x: tf.Tensor): tf.Tensor1D {
  return tf.tidy(() => {
    // The gradient of a sum over the batch holds each example's own gradient in its row.
    const gradient = tf.grad((input: tf.Tensor) => tf.sum(critic(input)))(x);
    const rows = tf.reshape(gradient, [x.shape[0]!, -1]); // [batch, values]
    return tf.sum(tf.square(rows), 1) as tf.Tensor1D;
  });
}

/** ‖∇ₓD(x)‖ of each example, with a derivative of 0 instead of NaN where the gradient vanishes: `[batch]`. */
export function gradientNorm(critic: Critic, x: tf.Tensor): tf.Tensor1D {
  return tf.tidy(() => tf.sqrt(tf.add(squaredGradientNorm(critic, x), 1e-12)) as tf.Tensor1D);
}
