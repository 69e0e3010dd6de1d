import type { Prior } from "@latentkit/core";
import {
  bernoulliNoise,
  checkTensor,
  defineValue,
  number,
  smoothSigmoid,
  smoothSoftplus,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkDiscreteDraw } from "./check-draw.js";

/** Options of {@link binaryPrior}. */
export interface BinaryPriorOptions {
  /** Probability of a one. Default 0.5. */
  readonly probability?: number;
}

/**
 * The prior of codes of zeros and ones, independent of each other, of any size: what `binaryPosterior` is compared with.
 *
 * KL = q·(l − l_p) − log(1 + eˡ) + log(1 + e^(l_p)) by dimension, l the posterior's logits and l_p the prior's. **Units**: nats.
 *
 * **Source**: Jang, Gu and Poole, "Categorical Reparameterization with Gumbel-Softmax", 2017, section 4.2.
 * https://arxiv.org/abs/1611.01144
 *
 * @throws ConfigError for a probability that is not between 0 and 1, and for draws with a truncation, which is of normal noise.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { binaryPrior } from "@latentkit/losses";
 * binaryPrior().sample(2, 40, random(1)); // [2, 40], zeros and ones
 * ```
 */
export const binaryPrior: ValueFactoryOf<BinaryPriorOptions, Prior> = defineValue(
  "binaryPrior",
  { probability: number({ above: 0, below: 1, default: 0.5 }) },
  ({ probability }): Prior => {
    const logit = Math.log(probability / (1 - probability));
    return {
      name: "binaryPrior",
      codes: "binary",
      sample(count, latentDim, random, draw) {
        const { temperature } = checkDiscreteDraw("binaryPrior", count, latentDim, random, draw);
        // The likelier value alone at 0, and as it comes where none is.
        const cooled = logit === 0 ? 0.5 : 1 / (1 + Math.exp(-logit / Math.max(temperature, 1e-6)));
        return tf.tidy(() => bernoulliNoise(random, tf.fill([count, latentDim], cooled) as tf.Tensor2D));
      },
      logDensity(z) {
        checkTensor("binaryPrior", "z", z);
        return tf.tidy(() => tf.sum(tf.add(tf.mul(z, logit), Math.log(1 - probability)), -1));
      },
      klFromLogits: (logits) =>
        tf.tidy(() => {
          const excess = tf.mul(smoothSigmoid(logits), tf.sub(logits, logit));
          return tf.sub(tf.sub(excess, smoothSoftplus(logits)), Math.log(1 - probability)) as tf.Tensor2D;
        }),
      toJSON: () => undefined,
    };
  },
);
