import type { Posterior, Schedule } from "@latentkit/core";
import {
  categoricalNoise,
  defineValue,
  flag,
  integer,
  oneHot,
  schedule,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { logShares } from "../internal/log-shares.js";
import { isRelaxed, openUniform, repeatedFor, straightThrough } from "../internal/relaxed.js";

/** Options of {@link categoricalPosterior}. */
export interface CategoricalPosteriorOptions {
  /** Variables of a code, each one of `classes`: codes have `variables · classes` numbers. */
  readonly variables: number;
  /** Values that a variable can have. */
  readonly classes: number;
  /** How soft draws are in training, τ: a number > 0 or a schedule. Default 2/3; annealed from 1 to 0.5 in the paper. */
  readonly temperature?: number | Schedule;
  /** Gives the decoder discrete codes in training too, and gradients as if they were soft. Default false. */
  readonly straightThrough?: boolean;
}

/**
 * Codes of several variables, each one of a few classes, as one-hot numbers; of an encoder that gives logits. In training draws are
 * relaxed so that gradients reach the encoder: y = softmax((l + g)/τ), g Gumbel noise. Everywhere else they are one-hot. With
 * {@link categoricalPrior}, whose divergence from it is closed, `vae` is the VAE of discrete codes.
 *
 * log q of a relaxed draw is Σ y·log q, the logarithm of one-hot ones; bounds that are trained on it are those of discrete codes as τ → 0.
 *
 * **Shapes**: one output `[batch, variables · classes]`, the classes of a variable being neighbours. **Units**: nats.
 *
 * **Source**: Jang, Gu and Poole, "Categorical Reparameterization with Gumbel-Softmax", 2017, equations 1 and 2 and section 2.2,
 * https://arxiv.org/abs/1611.01144; Maddison, Mnih and Teh, "The Concrete Distribution", 2017, https://arxiv.org/abs/1611.00712
 *
 * @throws ConfigError for options that cannot work.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { categoricalPosterior } from "@latentkit/losses";
 * import * as tf from "@tensorflow/tfjs";
 * const posterior = categoricalPosterior({ variables: 4, classes: 10 });
 * posterior.draw([tf.zeros<tf.Rank.R2>([2, 40])], random(1)).z; // [2, 40], one-hot
 * ```
 */
export const categoricalPosterior: ValueFactoryOf<CategoricalPosteriorOptions, Posterior> = defineValue(
  "categoricalPosterior",
  {
    variables: integer({ min: 1 }),
    classes: integer({ min: 2 }),
    temperature: schedule({ above: 0, default: 2 / 3 }),
    straightThrough: flag({ default: false }),
  },
  ({ variables, classes, temperature, straightThrough: isHard }): Posterior => {
    const harden = (soft: tf.Tensor): tf.Tensor => oneHot(tf.argMax(soft, -1), classes);
    const codes = `one of ${classes}`;
    const grouped = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [...x.shape.slice(0, -1), variables, classes]);
    const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [...x.shape.slice(0, -2), variables * classes]);
    return {
      name: "categoricalPosterior",
      codes,
      latentDim: variables * classes,
      outputs: ["logits"],
      code: ([logits]) =>
        tf.tidy(() => flat(oneHot<tf.Rank.R3>(tf.argMax(grouped(logits!), -1), classes)) as tf.Tensor2D),
      draw([given], random, count, step) {
        const logits = grouped(repeatedFor(given!, count)); // [batch, (count,) variables, classes]
        let z: tf.Tensor;
        if (isRelaxed(step)) {
          const gumbel = tf.neg(tf.log(tf.neg(tf.log(openUniform(random, logits.shape)))));
          const soft = tf.softmax(tf.div(tf.add(logits, gumbel), step.schedule(temperature)));
          z = isHard ? straightThrough(harden, soft) : soft;
        } else {
          z = oneHot(categoricalNoise(random, logits), classes);
        }
        return { z: flat(z), logDensity: () => tf.sum(tf.mul(z, logShares(logits)), [-2, -1]) };
      },
      kl: ([logits], prior) => (prior.codes === codes ? prior.klFromLogits?.(logits!) : undefined),
      toJSON: () => undefined,
    };
  },
);
