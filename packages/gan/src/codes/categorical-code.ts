import { defineValue, integer, oneHot, type ValueFactoryOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { LatentCode } from "./latent-code.js";

/**
 * A code that takes one of several values with equal probability, told as a one-hot row and recognised by a softmax.
 *
 * **Units**: nats per example.
 *
 * **Source**: Chen et al., "InfoGAN", 2016, section 7.2: c₁ ~ Cat(K = 10, p = 0.1). https://arxiv.org/abs/1606.03657
 *
 * @throws ConfigError for fewer than two values.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { categoricalCode } from "@latentkit/gan";
 * categoricalCode({ classes: 10 }).sample(3, random(1)); // [3, 10], one 1 in each row
 * ```
 */
export const categoricalCode: ValueFactoryOf<{ readonly classes: number }, LatentCode> = defineValue(
  "categoricalCode",
  { classes: integer({ min: 2 }) },
  ({ classes }): LatentCode => ({
    name: "categorical",
    size: classes,
    parameters: classes,
    sample: (count, random) =>
      tf.tidy(() => {
        // uniform values end below 1, so the floor is a class.
        const chosen = tf.floor(random.uniform([count], 0, classes));
        return oneHot(chosen, classes);
      }),
    negativeLogLikelihood: (code, parameters) =>
      tf.tidy(() => tf.neg(tf.sum(tf.mul(code, tf.logSoftmax(parameters)), 1))) as tf.Tensor1D,
    information: (parameters) =>
      tf.tidy(() => {
        const told = tf.softmax(parameters);
        const sure = tf.mean(tf.sum(tf.mul(told, tf.logSoftmax(parameters)), 1));
        const marginal = tf.mean(told, 0);
        // A value that no example takes adds 0·log 0 = 0; its logarithm must stay finite.
        return tf.sub(sure, tf.sum(tf.mul(marginal, tf.log(tf.add(marginal, 1e-8))))) as tf.Scalar;
      }),
    recognise: (parameters) => tf.softmax(parameters),
  }),
);
