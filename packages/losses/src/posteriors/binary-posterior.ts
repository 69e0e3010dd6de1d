import type { Posterior, Schedule } from "@latentkit/core";
import {
  bernoulliNoise,
  defineValue,
  flag,
  schedule,
  smoothSigmoid,
  smoothSoftplus,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { isRelaxed, openUniform, repeatedFor, straightThrough } from "../internal/relaxed.js";

/** Options of {@link binaryPosterior}. */
export interface BinaryPosteriorOptions {
  /** How soft draws are in training, τ: a number > 0 or a schedule. Default 2/3, the paper's. */
  readonly temperature?: number | Schedule;
  /** Gives the decoder zeros and ones in training too, and gradients as if they were soft. Default false. */
  readonly straightThrough?: boolean;
}

/**
 * Codes of zeros and ones, of an encoder that gives logits. In training draws are relaxed so that gradients reach the encoder:
 * y = σ((l + log u − log(1 − u))/τ), u uniform. Everywhere else they are zeros and ones. With {@link binaryPrior}, whose divergence from
 * it is closed, `vae` is the VAE of binary codes.
 *
 * log q of a relaxed draw is Σ y·log q + (1 − y)·log(1 − q), the logarithm of zeros and ones.
 *
 * **Shapes**: one output `[batch, latentDim]`. **Units**: nats.
 *
 * **Source**: Maddison, Mnih and Teh, "The Concrete Distribution", 2017, appendix B, https://arxiv.org/abs/1611.00712; Jang, Gu and
 * Poole, "Categorical Reparameterization with Gumbel-Softmax", 2017, section 2.2, https://arxiv.org/abs/1611.01144
 *
 * @throws ConfigError for options that cannot work.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { binaryPosterior } from "@latentkit/losses";
 * import * as tf from "@tensorflow/tfjs";
 * binaryPosterior().draw([tf.zeros<tf.Rank.R2>([2, 40])], random(1)).z; // [2, 40], zeros and ones
 * ```
 */
export const binaryPosterior: ValueFactoryOf<BinaryPosteriorOptions, Posterior> = defineValue(
  "binaryPosterior",
  { temperature: schedule({ above: 0, default: 2 / 3 }), straightThrough: flag({ default: false }) },
  ({ temperature, straightThrough: isHard }): Posterior => ({
    name: "binaryPosterior",
    codes: "binary",
    outputs: ["logits"],
    code: ([logits]) => tf.tidy(() => tf.cast(tf.greater(logits!, 0), "float32") as tf.Tensor2D),
    draw([given], random, count, step) {
      const logits = repeatedFor(given!, count);
      let z: tf.Tensor;
      if (isRelaxed(step)) {
        const uniform = openUniform(random, logits.shape);
        const logistic = tf.sub(tf.log(uniform), tf.log(tf.sub(1, uniform)));
        const soft = smoothSigmoid(tf.div(tf.add(logits, logistic), step.schedule(temperature)));
        z = isHard ? straightThrough(harden, soft) : soft;
      } else {
        z = bernoulliNoise(random, tf.sigmoid(logits));
      }
      return { z, logDensity: () => tf.sum(tf.sub(tf.mul(z, logits), smoothSoftplus(logits)), -1) };
    },
    kl: ([logits], prior) => (prior.codes === "binary" ? prior.klFromLogits?.(logits!) : undefined),
    toJSON: () => undefined,
  }),
);

const harden = (soft: tf.Tensor): tf.Tensor => tf.cast(tf.greater(soft, 0.5), "float32");
