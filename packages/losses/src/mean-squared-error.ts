import * as tf from "@tensorflow/tfjs";
import { checkExamples } from "./internal/check-examples.js";
import { meanPerExample } from "./internal/sum-per-example.js";

/**
 * Mean of (x − y)² over the values of each example: the reconstruction error of the linear autoencoder and of PCA.
 *
 * **Shapes** `x`, `y`: equal, `[batch, …]` → `[batch]`. **Units** squared units of the data.
 *
 * @throws ShapeError when the shapes differ; DataError for no examples.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { meanSquaredError } from "@latentkit/losses";
 * meanSquaredError(tf.tensor2d([[1, 2]]), tf.tensor2d([[1, 4]])).print(); // [2]
 * ```
 */
export function meanSquaredError(x: tf.Tensor, y: tf.Tensor): tf.Tensor1D {
  checkExamples("meanSquaredError", { x, y });
  return tf.tidy(() => meanPerExample(tf.square(tf.sub(x, y))));
}
