import { defineValue, type ValueFactoryOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { AdversarialLoss } from "./adversarial-loss.js";
import { checkedLoss } from "./checked-loss.js";
import { type LogisticLossOptions, logisticDiscriminator, logisticOptions } from "./logistic.js";

/**
 * The original game: D maximises E[log D(x)] + E[log(1 − D(G(z)))] and G minimises the second term. G's gradient vanishes
 * once D tells samples apart with confidence; to train, use {@link nonSaturatingLoss}.
 *
 * **Shapes**: logits of any shape → scalars. **Units**: nats; at the equilibrium D's loss is 2·ln 2.
 *
 * **Source**: Goodfellow et al., "Generative Adversarial Nets", 2014, equation 1. https://arxiv.org/abs/1406.2661
 *
 * @throws ConfigError for a `realLabel` outside (0, 1].
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { minimaxLoss } from "@latentkit/losses";
 * const undecided = tf.zeros([4, 1]);
 * minimaxLoss().discriminator(undecided, undecided); // 2·ln 2
 * ```
 */
export const minimaxLoss: ValueFactoryOf<LogisticLossOptions, AdversarialLoss> = defineValue(
  "minimaxLoss",
  logisticOptions,
  ({ realLabel }): AdversarialLoss =>
    checkedLoss("minimaxLoss", {
      name: "minimax",
      equilibrium: 0.5,
      targets: { fake: 0, real: 1 },
      output: (logits) => tf.sigmoid(logits),
      discriminator: (real, fake) => logisticDiscriminator(real, fake, realLabel),
      generator: (fake) => tf.tidy(() => tf.neg(tf.mean(tf.softplus(fake)))) as tf.Scalar,
    }),
);
