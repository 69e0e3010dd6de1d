import * as tf from "@tensorflow/tfjs";
import { check } from "../check.js";
import { checkTensor } from "../check-tensor.js";

/**
 * Class numbers as rows with a 1 at their place, float32: what networks and cross-entropies take.
 *
 * **Shapes** `labels` `[batch, …]` of any number type → `[batch, …, classes]`.
 *
 * @example
 * ```ts
 * import { oneHot } from "@latentkit/core/authoring";
 * import * as tf from "@tensorflow/tfjs";
 * oneHot(tf.tensor1d([2, 0], "int32"), 3).print(); // [[0, 0, 1], [1, 0, 0]]
 * ```
 */
export function oneHot<R extends tf.Rank = tf.Rank.R2>(labels: tf.Tensor, classes: number): tf.Tensor<R> {
  checkTensor("oneHot", "labels", labels);
  check("oneHot").integer("classes", classes, { min: 2 });
  return tf.tidy(() => tf.cast(tf.oneHot(tf.cast(labels, "int32"), classes), "float32")) as tf.Tensor<R>;
}
