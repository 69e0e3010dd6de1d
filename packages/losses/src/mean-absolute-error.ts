import { checkShape } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/**
 * Mean of |x − y| over all values and examples: less moved by outliers than the square, and sharper in images.
 *
 * Its gradient is 0 where x = y.
 *
 * **Shapes** `x`, `y`: equal, any. **Units** units of the data.
 *
 * @throws ShapeError when the shapes differ.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { meanAbsoluteError } from "@latentkit/losses";
 * meanAbsoluteError(tf.tensor1d([1, 2]), tf.tensor1d([1, 4])).print(); // 1
 * ```
 */
export function meanAbsoluteError(x: tf.Tensor, y: tf.Tensor): tf.Scalar {
  checkShape("meanAbsoluteError", "y", y.shape, x.shape);
  return tf.tidy(() => {
    const difference = tf.sub(x, y);
    // Not tf.abs, whose gradient at 0 is −1 and would push a perfect reconstruction away.
    return tf.mean(tf.add(tf.relu(difference), tf.relu(tf.neg(difference)))) as tf.Scalar;
  });
}
