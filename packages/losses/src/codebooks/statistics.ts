import * as tf from "@tensorflow/tfjs";

/** The decay of a code's usage: what was chosen some hundred batches ago counts no more. */
export const USAGE_DECAY = 0.99;

/** What the usage of a code comes to that was chosen once, 1/(1 − decay) batches ago. */
const IN_USE = (1 - USAGE_DECAY) * USAGE_DECAY ** (1 / (1 - USAGE_DECAY));

/** How often each code was chosen: `[rows, codeCount]` one-hot → `[codeCount]`. */
export function countsOf(hot: tf.Tensor2D): tf.Tensor1D {
  return tf.sum(hot, 0);
}

/**
 * Perplexity of the codes of a batch, exp(−Σ pₖ log pₖ): how many codes it would take if all of them were chosen as often. At most the
 * number of vectors in the batch.
 */
export function perplexityOf(counts: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => {
    const shares = tf.div(counts, tf.maximum(tf.sum(counts), 1e-10));
    return tf.exp(tf.neg(tf.sum<tf.Scalar>(tf.mul(shares, tf.log(tf.add(shares, 1e-10))))));
  });
}

/** The average of usage, moved by a batch's counts. */
export function movedUsage(usage: tf.Tensor, counts: tf.Tensor1D): tf.Tensor1D {
  return tf.add(tf.mul(usage, USAGE_DECAY), tf.mul(counts, 1 - USAGE_DECAY));
}

/** Share of the codes that the last hundred batches chose at all. */
export function usedOf(usage: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.mean<tf.Scalar>(tf.cast(tf.greaterEqual(usage, IN_USE), "float32")));
}

/** Perplexity and share in use by the averages of usage: `[tables, 2]`. */
export function healthOf(usages: readonly tf.Tensor[]): tf.Tensor2D {
  return tf.tidy(() =>
    tf.stack(usages.map((usage) => tf.stack([perplexityOf(usage as tf.Tensor1D), usedOf(usage)]))),
  ) as tf.Tensor2D;
}

/** The mean of some scalars. */
export function meanOf(scalars: readonly tf.Scalar[]): tf.Scalar {
  return scalars.length === 1 ? scalars[0]! : tf.mean(tf.stack([...scalars]));
}
