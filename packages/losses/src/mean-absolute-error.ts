import * as tf from "@tensorflow/tfjs";
import { absolute } from "./internal/absolute.js";
import { checkExamples } from "./internal/check-examples.js";
import { meanPerExample } from "./internal/sum-per-example.js";

/**
 * Mean of |x − y| over the values of each example: less moved by outliers than the square, and sharper in images.
 *
 * Its gradient is 0 where x = y.
 *
 * **Shapes** `x`, `y`: equal, `[batch, …]` → `[batch]`. **Units** units of the data.
 *
 * @throws ShapeError when the shapes differ; DataError for no examples.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { meanAbsoluteError } from "@latentkit/losses";
 * meanAbsoluteError(tf.tensor2d([[1, 2]]), tf.tensor2d([[1, 4]])).print(); // [1]
 * ```
 */
export function meanAbsoluteError(x: tf.Tensor, y: tf.Tensor): tf.Tensor1D {
  checkExamples("meanAbsoluteError", { x, y });
  return tf.tidy(() => meanPerExample(absolute(tf.sub(x, y))));
}
