import { number, type Option } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** What the logistic losses can be told. */
export interface LogisticLossOptions {
  /**
   * The label of real examples in the discriminator's loss. Default 1, 0.9 for one-sided label smoothing, which keeps
   * the discriminator's logits bounded. Generated examples keep the label 0.
   *
   * **Source**: Salimans et al., "Improved Techniques for Training GANs", 2016, section 3.4.
   */
  readonly realLabel?: number;
}

/**
 * −t·E[log D(x)] − (1−t)·E[log(1 − D(x))] − E[log(1 − D(G(z)))] with D = sigmoid(logit), through softplus: no logarithm of
 * a rounded sigmoid.
 */
export function logisticDiscriminator(real: tf.Tensor, fake: tf.Tensor, realLabel: number): tf.Scalar {
  return tf.tidy(() => {
    const found = tf.mul(realLabel, tf.mean(tf.softplus(tf.neg(real))));
    const caught = tf.mean(tf.softplus(fake));
    const sum = tf.add(found, caught);
    return realLabel === 1 ? sum : tf.add(sum, tf.mul(1 - realLabel, tf.mean(tf.softplus(real))));
  }) as tf.Scalar;
}

/** The options of a logistic loss, and of games that are played for one. */
export const logisticOptions: { readonly realLabel: Option<number, "defaulted"> } = {
  realLabel: number({ above: 0, max: 1, default: 1 }),
};
