import { defineValue, type ValueFactoryOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { AdversarialLoss } from "./adversarial-loss.js";
import { checkedLoss } from "./checked-loss.js";

/**
 * The critic minimises −E[D(x)] + E[D(G(z))], the generator −E[D(G(z))]. With a K-Lipschitz critic — weight clipping,
 * {@link gradientPenalty}, spectral normalisation — the negative critic loss estimates K times the Wasserstein-1 distance.
 *
 * **Shapes**: scores of any shape → scalars. **Units**: those of the data, times K.
 *
 * **Source**: Arjovsky, Chintala and Bottou, "Wasserstein GAN", 2017, equations 2 and 3. https://arxiv.org/abs/1701.07875
 *
 * @throws ShapeError, ConfigError or DataError for verdicts that are no tensors, or none.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { wassersteinLoss } from "@latentkit/losses";
 * wassersteinLoss().discriminator(tf.ones([4, 1]), tf.zeros([4, 1])); // −1
 * ```
 */
export const wassersteinLoss: ValueFactoryOf<object, AdversarialLoss> = defineValue(
  "wassersteinLoss",
  {},
  (): AdversarialLoss =>
    checkedLoss("wassersteinLoss", {
      name: "wasserstein",
      output: (scores) => tf.clone(scores),
      distance: (real, fake) => tf.tidy(() => tf.sub(tf.mean(real), tf.mean(fake))) as tf.Scalar,
      discriminator: (real, fake) => tf.tidy(() => tf.sub(tf.mean(fake), tf.mean(real))) as tf.Scalar,
      generator: (fake) => tf.tidy(() => tf.neg(tf.mean(fake))) as tf.Scalar,
    }),
);
