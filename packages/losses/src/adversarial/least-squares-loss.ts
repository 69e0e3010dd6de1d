import { ConfigError } from "@latentkit/core";
import { defineValue, number, type Option, optional, type ValueFactoryOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { AdversarialLoss } from "./adversarial-loss.js";
import { checkedLoss } from "./checked-loss.js";

/** The labels of {@link leastSquaresLoss}, named as in the paper. */
export interface LeastSquaresLossOptions {
  /** D's target for generated examples. Default 0. */
  readonly a?: number;
  /** D's target for real examples. Default 1, 0.9 for one-sided label smoothing. */
  readonly b?: number;
  /** The value G wants D to give to its samples. Default `b`. With b − c = 1 and b − a = 2 G minimises Pearson's χ². */
  readonly c?: number;
}

/** The labels as options of games that are played for this loss. */
export const leastSquaresOptions: {
  readonly a: Option<number, "defaulted">;
  readonly b: Option<number, "defaulted">;
  readonly c: Option<number, "optional">;
} = { a: number({ default: 0 }), b: number({ default: 1 }), c: optional(number()) };

/**
 * D minimises E[(D(x) − b)²] + E[(D(G(z)) − a)²], G minimises E[(D(G(z)) − c)²]: samples far from the boundary are pulled
 * back even when D already takes them for real. D's output is linear, so no gradient saturates.
 *
 * **Shapes**: logits of any shape → scalars. The paper's factors ½ are left out: they only rescale the learning
 * rate.
 *
 * **Source**: Mao et al., "Least Squares Generative Adversarial Networks", 2017, equation 2 and section 3.3.
 * https://arxiv.org/abs/1611.04076
 *
 * @throws ConfigError when a label is no number, or `a` equals `b`.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { leastSquaresLoss } from "@latentkit/losses";
 * const pearson = leastSquaresLoss({ a: -1, b: 1, c: 0 });
 * pearson.discriminator(tf.ones([4, 1]), tf.neg(tf.ones([4, 1]))); // 0
 * ```
 */
export const leastSquaresLoss: ValueFactoryOf<LeastSquaresLossOptions, AdversarialLoss> = defineValue(
  "leastSquaresLoss",
  leastSquaresOptions,
  ({ a, b, c = b }): AdversarialLoss => {
    if (a === b) {
      throw new ConfigError(`leastSquaresLoss: expected \`b\` to be another label than \`a\` (${a}), received ${b}.`);
    }
    const distance = (logits: tf.Tensor, label: number) => tf.mean(tf.square(tf.sub(logits, label)));
    return checkedLoss("leastSquaresLoss", {
      name: "least-squares",
      equilibrium: (a + b) / 2,
      targets: { fake: a, real: b },
      output: (logits) => tf.clone(logits),
      discriminator: (real, fake) => tf.tidy(() => tf.add(distance(real, b), distance(fake, a))) as tf.Scalar,
      generator: (fake) => tf.tidy(() => distance(fake, c)) as tf.Scalar,
    });
  },
);
