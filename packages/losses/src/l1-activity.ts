import * as tf from "@tensorflow/tfjs";
import { sumPerExample } from "./internal/sum-per-example.js";

/**
 * The L1 penalty on activations: Σ |z| over the units, averaged over the batch. It makes most units of a code exactly or
 * nearly silent.
 *
 * Its gradient is 0 at 0.
 *
 * **Shapes** `activations`: `[batch, …]` → scalar.
 *
 * **Source** Ng, "Sparse autoencoder", CS294A lecture notes, 2011; Olshausen and Field, "Emergence of simple-cell
 * receptive field properties by learning a sparse code for natural images", 1996.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { l1Activity } from "@latentkit/losses";
 * l1Activity(tf.tensor2d([[1, -1], [0, 4]])).print(); // 3
 * ```
 */
export function l1Activity(activations: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    // Not tf.abs, whose gradient at 0 is −1: silent units must stay silent.
    const size = tf.add(tf.relu(activations), tf.relu(tf.neg(activations)));
    return tf.mean(sumPerExample(size)) as tf.Scalar;
  });
}
