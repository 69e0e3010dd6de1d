import type { Prior } from "@latentkit/core";
import {
  categoricalNoise,
  checkShape,
  checkTensor,
  defineValue,
  integer,
  oneHot,
  smoothExp,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { logShares } from "../internal/log-shares.js";
import { checkDiscreteDraw } from "./check-draw.js";

/** Options of {@link categoricalPrior}. */
export interface CategoricalPriorOptions {
  /** Variables of a code. */
  readonly variables: number;
  /** Values that a variable can have, each as likely. */
  readonly classes: number;
}

/**
 * The prior of codes of several variables, each one of a few classes with equal probability, as one-hot numbers: what
 * `categoricalPosterior` of the same sizes is compared with.
 *
 * KL = Σ q·(log q + log classes) for each variable. **Shapes**: codes `[…, variables · classes]`. **Units**: nats.
 *
 * **Source**: Jang, Gu and Poole, "Categorical Reparameterization with Gumbel-Softmax", 2017, section 4.2.
 * https://arxiv.org/abs/1611.01144
 *
 * @throws ConfigError for options that cannot work, and for draws with a truncation, which is of normal noise.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { categoricalPrior } from "@latentkit/losses";
 * categoricalPrior({ variables: 4, classes: 10 }).sample(2, 40, random(1)); // [2, 40], one-hot
 * ```
 */
export const categoricalPrior: ValueFactoryOf<CategoricalPriorOptions, Prior> = defineValue(
  "categoricalPrior",
  { variables: integer({ min: 1 }), classes: integer({ min: 2 }) },
  ({ variables, classes }): Prior => {
    const latentDim = variables * classes;
    return {
      name: "categoricalPrior",
      codes: `one of ${classes}`,
      latentDim,
      sample(count, size, random, draw) {
        checkDiscreteDraw("categoricalPrior", count, size, random, draw);
        checkShape("categoricalPrior", "codes", [size], [latentDim]);
        return tf.tidy(() => {
          const drawn = categoricalNoise(random, tf.zeros([count, variables, classes]));
          return tf.reshape(oneHot<tf.Rank.R3>(drawn, classes), [count, latentDim]);
        });
      },
      logDensity(z) {
        checkTensor("categoricalPrior", "z", z);
        // Every code is as likely, relaxed ones with their shares of codes too.
        return tf.tidy(() => tf.mul(-Math.log(classes), tf.sum(z, -1)));
      },
      klFromLogits: (logits) =>
        tf.tidy(() => {
          const shares = logShares(tf.reshape(logits, [logits.shape[0], variables, classes]));
          return tf.add(tf.sum(tf.mul(smoothExp(shares), shares), -1), Math.log(classes)) as tf.Tensor2D;
        }),
      toJSON: () => undefined,
    };
  },
);
