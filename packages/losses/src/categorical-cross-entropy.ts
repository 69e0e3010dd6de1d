import { checkShape, oneHot, smoothLogSumExp } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { sumPerExample } from "./internal/sum-per-example.js";

/**
 * Negative log-likelihood of class numbers under unnormalised log-probabilities, summed over the values of an example:
 * Σ log Σₖ exp(lₖ) − l_label.
 *
 * **Shapes** `labels`: `[batch, …]`, int32 class numbers from 0; `logits`: `[batch, …, classes]` → `[batch]`.
 * **Units** nats per example.
 *
 * @throws ShapeError when `logits` has not the shape of `labels` with one more axis.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { categoricalCrossEntropy } from "@latentkit/losses";
 * categoricalCrossEntropy(tf.tensor1d([2], "int32"), tf.zeros([1, 10])).print(); // [log 10]
 * ```
 */
export function categoricalCrossEntropy(labels: tf.Tensor, logits: tf.Tensor): tf.Tensor1D {
  checkShape("categoricalCrossEntropy", "logits", logits.shape, [...labels.shape, null]);
  const classes = logits.shape.at(-1)!;
  return tf.tidy(() => {
    const hot = oneHot(labels, classes); // [batch, …, classes]
    const chosen = tf.sum(tf.mul(hot, logits), -1);
    return sumPerExample(tf.sub(smoothLogSumExp(logits), chosen));
  });
}
