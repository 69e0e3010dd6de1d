import * as tf from "@tensorflow/tfjs";
import { showShape } from "../check.js";
import { checkTensor } from "../check-tensor.js";
import { ShapeError } from "../errors.js";
import { checkRandom } from "./check-random.js";
import type { RandomSource } from "./random-source.js";

/** Zeros and ones, float32, with probability `probability` of a one: a number, or a tensor whose shape the result takes. */
export function bernoulliNoise<R extends tf.Rank>(random: RandomSource, probability: tf.Tensor<R>): tf.Tensor<R> {
  checkRandom("bernoulliNoise", random);
  checkTensor("bernoulliNoise", "probability", probability);
  return tf.tidy(() => tf.cast(tf.less(random.uniform(probability.shape), probability), "float32") as tf.Tensor<R>);
}

/**
 * Draws class numbers from unnormalised log-probabilities by the Gumbel-max trick: `[…, classes]` → `[…]` int32.
 *
 * Source: Gumbel 1954; Maddison, Tarlow and Minka, "A* Sampling", 2014. https://arxiv.org/abs/1411.0030
 */
export function categoricalNoise(random: RandomSource, logits: tf.Tensor): tf.Tensor {
  checkRandom("categoricalNoise", random);
  checkTensor("categoricalNoise", "logits", logits);
  if (logits.rank === 0 || logits.size === 0) {
    throw new ShapeError(
      `categoricalNoise: expected \`logits\` to have shape [batch, …, classes], received ${showShape(logits.shape)}.`,
    );
  }
  return tf.tidy(() => {
    // Uniform values are multiples of 2⁻²⁴ in [0, 1): away from 0 and, after rounding, from 1 both logarithms are finite.
    const uniform = tf.add(tf.mul(random.uniform(logits.shape), 1 - 2 ** -23), 2 ** -25);
    const gumbel = tf.neg(tf.log(tf.neg(tf.log(uniform))));
    return tf.argMax(tf.add(logits, gumbel), -1);
  });
}
