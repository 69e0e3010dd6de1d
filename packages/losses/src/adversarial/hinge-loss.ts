import { defineValue, type ValueFactoryOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { AdversarialLoss } from "./adversarial-loss.js";
import { checkedLoss } from "./checked-loss.js";

/**
 * D minimises E[max(0, 1 − D(x))] + E[max(0, 1 + D(G(z)))], G minimises −E[D(G(z))]: examples beyond the margin teach D
 * nothing more. Used with spectral normalisation.
 *
 * **Shapes**: scores of any shape → scalars.
 *
 * **Source**: Lim and Ye, "Geometric GAN", 2017, equations 12 and 13, https://arxiv.org/abs/1705.02894; Miyato et al.,
 * "Spectral Normalization for Generative Adversarial Networks", 2018, equations 16 and 17.
 *
 * @throws ShapeError, ConfigError or DataError for verdicts that are no tensors, or none.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { hingeLoss } from "@latentkit/losses";
 * hingeLoss().discriminator(tf.tensor2d([[3]]), tf.tensor2d([[-3]])); // 0: both beyond the margin
 * ```
 */
export const hingeLoss: ValueFactoryOf<object, AdversarialLoss> = defineValue(
  "hingeLoss",
  {},
  (): AdversarialLoss =>
    checkedLoss("hingeLoss", {
      name: "hinge",
      output: (scores) => tf.clone(scores),
      discriminator: (real, fake) =>
        tf.tidy(() => tf.add(tf.mean(tf.relu(tf.sub(1, real))), tf.mean(tf.relu(tf.add(1, fake))))) as tf.Scalar,
      generator: (fake) => tf.tidy(() => tf.neg(tf.mean(fake))) as tf.Scalar,
    }),
);
