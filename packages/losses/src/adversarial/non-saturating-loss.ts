import { defineValue, type ValueFactoryOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { AdversarialLoss } from "./adversarial-loss.js";
import { checkedLoss } from "./checked-loss.js";
import { type LogisticLossOptions, logisticDiscriminator, logisticOptions } from "./logistic.js";

/**
 * D as in the original game; G maximises E[log D(G(z))], whose gradient is strongest while D rejects the samples. The
 * usual choice for logistic discriminators.
 *
 * **Shapes**: logits of any shape → scalars. **Units**: nats; at the equilibrium D's loss is 2·ln 2 and G's ln 2.
 *
 * **Source**: Goodfellow et al., "Generative Adversarial Nets", 2014, section 3. https://arxiv.org/abs/1406.2661
 *
 * @throws ConfigError for a `realLabel` outside (0, 1].
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { nonSaturatingLoss } from "@latentkit/losses";
 * const loss = nonSaturatingLoss({ realLabel: 0.9 });
 * loss.generator(tf.tensor2d([[-2], [1]]));
 * ```
 */
export const nonSaturatingLoss: ValueFactoryOf<LogisticLossOptions, AdversarialLoss> = defineValue(
  "nonSaturatingLoss",
  logisticOptions,
  ({ realLabel }): AdversarialLoss =>
    checkedLoss("nonSaturatingLoss", {
      name: "non-saturating",
      equilibrium: 0.5,
      targets: { fake: 0, real: 1 },
      output: (logits) => tf.sigmoid(logits),
      discriminator: (real, fake) => logisticDiscriminator(real, fake, realLabel),
      generator: (fake) => tf.tidy(() => tf.mean(tf.softplus(tf.neg(fake)))) as tf.Scalar,
    }),
);
