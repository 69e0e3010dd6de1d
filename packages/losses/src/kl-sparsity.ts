import { check } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** Keeps the logarithms and their gradients finite for units that are always off or always on. */
const MARGIN = 1e-7;

/**
 * The KL sparsity penalty: Σ p·log(p/q) + (1 − p)·log((1 − p)/(1 − q)) over the units, where p is the wanted mean
 * activation and q the measured one.
 *
 * **Shapes** `meanActivation`: `[units]`, the mean over the batch of activations in [0, 1] (sigmoid units) → scalar.
 * **Units** nats.
 *
 * **Source** Ng, "Sparse autoencoder", CS294A lecture notes, 2011, section 3.
 *
 * @param p - Wanted mean activation, such as 0.05.
 * @throws ConfigError unless 0 < p < 1.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { klSparsity } from "@latentkit/losses";
 * const activations = tf.tensor2d([[0.1, 0.9], [0.3, 0.1]]);
 * klSparsity(0.2, tf.mean(activations, 0)).print(); // the first unit is at its target
 * ```
 */
export function klSparsity(p: number, meanActivation: tf.Tensor): tf.Scalar {
  check("klSparsity").number("p", p, { above: 0, below: 1 });
  return tf.tidy(() => {
    const q = tf.add(tf.mul(meanActivation, 1 - 2 * MARGIN), MARGIN);
    const on = tf.mul(p, tf.sub(Math.log(p), tf.log(q)));
    const off = tf.mul(1 - p, tf.sub(Math.log(1 - p), tf.log(tf.sub(1, q))));
    return tf.sum(tf.add(on, off)) as tf.Scalar;
  });
}
