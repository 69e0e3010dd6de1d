import { ShapeError } from "@latentkit/core";
import { check, showShape } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkExamples } from "./internal/check-examples.js";

/** Keeps the logarithms and their gradients finite for units that are always off or always on. */
const MARGIN = 1e-7;

/**
 * The KL sparsity penalty: Σ p·log(p/q) + (1 − p)·log((1 − p)/(1 − q)) over the units, where p is the wanted mean
 * activation and q the mean over the batch.
 *
 * The one loss that is no mean over examples: how often a unit is on is a statistic of the whole batch, and no example has a
 * share of it. Its estimate of q is the better, the larger the batch.
 *
 * **Shapes** `activations`: `[batch, …]`, in [0, 1] (sigmoid units) → scalar. **Units** nats.
 *
 * **Source** Ng, "Sparse autoencoder", CS294A lecture notes, 2011, section 3.
 *
 * @param p - Wanted mean activation, such as 0.05.
 * @throws ConfigError unless 0 < p < 1; ShapeError for activations without units; DataError for no examples.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { klSparsity } from "@latentkit/losses";
 * const activations = tf.tensor2d([[0.1, 0.9], [0.3, 0.1]]);
 * klSparsity(0.2, activations).print(); // the first unit is at its target
 * ```
 */
export function klSparsity(p: number, activations: tf.Tensor): tf.Scalar {
  check("klSparsity").number("p", p, { above: 0, below: 1 });
  checkExamples("klSparsity", { activations });
  if (activations.rank < 2) {
    throw new ShapeError(
      `klSparsity: expected \`activations\` to have shape [batch, units], received ${showShape(activations.shape)}; pass the activations themselves, whose mean is taken here.`,
    );
  }
  return tf.tidy(() => {
    const q = tf.add(tf.mul(tf.mean(activations, 0), 1 - 2 * MARGIN), MARGIN);
    const on = tf.mul(p, tf.sub(Math.log(p), tf.log(q)));
    const off = tf.mul(1 - p, tf.sub(Math.log(1 - p), tf.log(tf.sub(1, q))));
    return tf.sum(tf.add(on, off)) as tf.Scalar;
  });
}
