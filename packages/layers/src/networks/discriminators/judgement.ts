import { type Absent, type Defaulted, flag, group, integer, optional, type Resolved } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { minibatchDiscrimination } from "../../batch-statistics/minibatch-discrimination.js";
import { minibatchStandardDeviation } from "../../batch-statistics/minibatch-standard-deviation.js";
import type { Assembly } from "../assembly.js";

import { type BatchStatistics, HEADS, type HeadOptions } from "../options.js";

/** What every builder of a discriminator takes for its outputs. */
export interface JudgementOptions extends BatchStatistics, HeadOptions {
  /** Width of the verdict, as the adversarial loss wants it. Default 1, a logit. */
  readonly outputs?: number;
}

/** {@link JudgementOptions}. */
export const JUDGEMENT: Defaulted<Omit<JudgementOptions, "minibatchDiscrimination">> &
  Absent<Pick<JudgementOptions, "minibatchDiscrimination">> = {
  outputs: integer({ min: 1, default: 1 }),
  minibatchDiscrimination: optional(
    group({ kernels: optional(integer({ min: 1 })), dimensions: optional(integer({ min: 1 })) }),
  ),
  minibatchStandardDeviation: flag({ default: false }),
  ...HEADS,
};

/** The verdict on features, with what is to be seen of the batch: layer `logit`. */
export function verdict(
  net: Assembly,
  features: tf.SymbolicTensor,
  options: Resolved<typeof JUDGEMENT>,
): tf.SymbolicTensor {
  const { minibatchDiscrimination: similarities, minibatchStandardDeviation: deviation, outputs } = options;
  let x = features;
  if (similarities !== undefined) {
    const layer = { ...net.weights("similarities"), name: net.named("similarities") };
    x = net.apply(minibatchDiscrimination({ ...similarities, ...layer }), x); // [batch, features + kernels]
  }
  if (deviation) x = net.apply(minibatchStandardDeviation({ name: net.named("deviation") }), x);
  return net.output("logit", x, net.dense(outputs));
}

/**
 * How well features φ agree with a condition y, for each output: yᵀ·V·φ.
 *
 * **Source** Miyato and Koyama, "cGANs with Projection Discriminator", 2018, equation 4. https://arxiv.org/abs/1802.05637
 */
export function agreement(
  net: Assembly,
  layer: string,
  features: tf.SymbolicTensor,
  condition: tf.SymbolicTensor,
  outputs: number,
): tf.SymbolicTensor {
  const size = condition.shape[1]!;
  let projected = net.output(layer, features, net.dense(outputs * size));
  if (outputs > 1) {
    const reshape = tf.layers.reshape({ targetShape: [outputs, size], name: net.named(`${layer}_reshape`) });
    projected = net.apply(reshape, projected); // [batch, outputs, size]
  }
  return net.apply(tf.layers.dot({ axes: -1, name: net.named(`${layer}_agreement`) }), [projected, condition]);
}
