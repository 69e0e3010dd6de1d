import { checkShape, checkTensor, oneHot, smoothLogSumExp } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkExamples } from "./internal/check-examples.js";
import { sumPerExample } from "./internal/sum-per-example.js";

/**
 * Negative log-likelihood of class numbers under unnormalised log-probabilities, summed over the values of an example:
 * Σ log Σₖ exp(lₖ − l_label). Infinite for a label that is no class, whose probability is 0.
 *
 * **Shapes** `labels`: `[batch, …]`, int32 class numbers from 0; `logits`: `[batch, …, classes]` → `[batch]`.
 * **Units** nats per example.
 *
 * @throws ShapeError when `logits` has not the shape of `labels` with one more axis; DataError for no examples.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { categoricalCrossEntropy } from "@latentkit/losses";
 * categoricalCrossEntropy(tf.tensor1d([2], "int32"), tf.zeros([1, 10])).print(); // [log 10]
 * ```
 */
export function categoricalCrossEntropy(labels: tf.Tensor, logits: tf.Tensor): tf.Tensor1D {
  checkExamples("categoricalCrossEntropy", { labels });
  checkTensor("categoricalCrossEntropy", "logits", logits);
  checkShape("categoricalCrossEntropy", "logits", logits.shape, [...labels.shape, null]);
  const classes = logits.shape.at(-1)!;
  return tf.tidy(() => {
    const hot = oneHot(labels, classes); // [batch, …, classes]
    const chosen = tf.sum(tf.mul(hot, logits), -1, true); // [batch, …, 1]
    // −log 0 = ∞ where no class has the label: left out, a wrong label would lower the loss without end.
    const impossible = tf.neg(tf.log(tf.sum(hot, -1)));
    // Differences first: logits of a million keep the digits in which they differ.
    return sumPerExample(tf.add(smoothLogSumExp(tf.sub(logits, chosen)), impossible));
  });
}
