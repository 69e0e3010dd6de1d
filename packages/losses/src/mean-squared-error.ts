import { checkShape } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/**
 * Mean of (x − y)² over all values and examples: the reconstruction error of the linear autoencoder and of PCA.
 *
 * **Shapes** `x`, `y`: equal, any. **Units** squared units of the data.
 *
 * @throws ShapeError when the shapes differ.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { meanSquaredError } from "@latentkit/losses";
 * meanSquaredError(tf.tensor1d([1, 2]), tf.tensor1d([1, 4])).print(); // 2
 * ```
 */
export function meanSquaredError(x: tf.Tensor, y: tf.Tensor): tf.Scalar {
  checkShape("meanSquaredError", "y", y.shape, x.shape);
  return tf.tidy(() => tf.mean(tf.square(tf.sub(x, y))) as tf.Scalar);
}
