import * as tf from "@tensorflow/tfjs";
import { check } from "../check.js";
import { checkTensor } from "../check-tensor.js";
import { oneHot } from "../ops/one-hot.js";

/**
 * Copies of each code in which one dimension takes the given values: decoded, they show what that dimension means.
 *
 * **Shapes**: `z` `[batch, latentDim]` → `[batch · values, latentDim]`, code after code: decoded and laid out with as many
 * columns as values, each row is one traversal.
 *
 * **Source**: Higgins et al., "β-VAE", 2017, section 4.1. https://openreview.net/forum?id=Sy2fzU9gl
 *
 * @param dimension - The dimension that changes.
 * @param values - What it becomes, such as −3 … 3 for a standard normal prior.
 * @throws ShapeError unless `z` is `[batch, latentDim]`; ConfigError for a dimension outside the code or no values.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { traversalCodes } from "@latentkit/core";
 * const codes = traversalCodes(tf.zeros([1, 8]), 3, [-2, -1, 0, 1, 2]); // [5, 8]
 * ```
 */
export function traversalCodes(z: tf.Tensor, dimension: number, values: readonly number[]): tf.Tensor2D {
  checkTensor("traversalCodes", "z", z, [null, null]);
  const [batch, latentDim] = z.shape as [number, number];
  check("traversalCodes").integer("dimension", dimension, { min: 0, max: latentDim - 1 });
  check("traversalCodes").that(
    "values",
    values,
    Array.isArray(values) && values.length > 0 && values.every(Number.isFinite),
    "at least one value, each finite",
  );
  return tf.tidy(() => {
    const chosen = oneHot(tf.scalar(dimension, "int32"), latentDim); // [latentDim]
    const kept = tf.mul(tf.reshape(z, [batch, 1, latentDim]), tf.sub(1, chosen));
    const moved = tf.mul(tf.reshape(tf.tensor1d([...values]), [1, values.length, 1]), chosen);
    return tf.reshape(tf.add(kept, moved), [batch * values.length, latentDim]);
  });
}
