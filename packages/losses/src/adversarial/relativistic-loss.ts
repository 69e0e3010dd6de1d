import { defineValue, type ValueFactoryOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { AdversarialLoss } from "./adversarial-loss.js";
import { checkedLoss } from "./checked-loss.js";

/**
 * Pairs each sample with a real example: D minimises E[softplus(D(G(z)) − D(x))], G minimises E[softplus(D(x) − D(G(z)))].
 * Samples are judged against data instead of on their own, which removes the local minima of mode dropping; with R1 on data
 * and on samples it is the loss of R3GAN.
 *
 * **Shapes**: logits of data and samples of the same shape → scalars. **Units**: nats; ln 2 each at the equilibrium.
 *
 * **Source**: Jolicoeur-Martineau, "The relativistic discriminator", 2019, equations 3 and 4,
 * https://arxiv.org/abs/1807.00734; Huang et al., "The GAN is dead; long live the GAN!", 2024, equation 2.
 *
 * @throws ShapeError for verdicts of unequal shape; ConfigError for a generator's loss without `real`; DataError for none.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { relativisticLoss } from "@latentkit/losses";
 * const [real, fake] = [tf.ones([4, 1]), tf.zeros([4, 1])];
 * relativisticLoss().generator(fake, real); // softplus(1)
 * ```
 */
export const relativisticLoss: ValueFactoryOf<object, AdversarialLoss> = defineValue(
  "relativisticLoss",
  {},
  (): AdversarialLoss =>
    checkedLoss("relativisticLoss", {
      name: "relativistic",
      relativistic: true,
      output: (logits) => tf.clone(logits),
      discriminator: (real, fake) => tf.tidy(() => tf.mean(tf.softplus(tf.sub(fake, real)))) as tf.Scalar,
      generator: (fake, real) => tf.tidy(() => tf.mean(tf.softplus(tf.sub(real!, fake)))) as tf.Scalar,
    }),
);
