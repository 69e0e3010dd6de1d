import { applyAll, type Classifies, check } from "@latentkit/core";
import { type AdversarialLoss, categoricalCrossEntropy, nonSaturatingLoss } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { ADVERSARIAL_OPTIONS } from "./internal/checks.js";
import { classConditionalGan } from "./internal/class-conditional.js";
import type { AdversarialOptions, ConditionalGan } from "./types.js";

/** Options of {@link auxiliaryClassifierGan}. */
export interface AuxiliaryClassifierGanOptions extends AdversarialOptions {
  /** Noise `[batch, latentDim]` and one-hot class `[batch, classes]` → examples. */
  readonly generator: tf.LayersModel;
  /** Examples → a logit `[batch, 1]` and class logits `[batch, classes]`: build it with `heads: [classes]`. */
  readonly discriminator: tf.LayersModel;
  /** What is played for; `nonSaturatingLoss` of `@latentkit/losses` unless given. */
  readonly loss?: AdversarialLoss;
  /** Weight of the classification loss; 1 unless given, as in the paper. */
  readonly classWeight?: number;
}

/**
 * AC-GAN: the discriminator is not told the class but names it, on data and on samples: both players minimise the class's
 * negative log-probability beside the adversarial loss, D: L_S + L_C, G: L_C − L_S. The discriminator is a classifier
 * afterwards.
 *
 * **Shapes**: `x` `[batch, …]`, `label` `[batch]` int32. **Units**: `discriminator/class` and `generator/class` in nats.
 *
 * **Source**: Odena, Olah and Shlens, "Conditional Image Synthesis with Auxiliary Classifier GANs", 2017, equations 2 and 3.
 * https://arxiv.org/abs/1610.09585
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { auxiliaryClassifierGan } from "@latentkit/gan";
 * import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
 * const generator = mlpGenerator({ latentDim: 2, hiddenUnits: [16], outputShape: [2], classes: 8 });
 * const discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [16], heads: [8] });
 * const model = auxiliaryClassifierGan({ generator, discriminator });
 * ```
 */
export function auxiliaryClassifierGan(options: AuxiliaryClassifierGanOptions): ConditionalGan & Classifies {
  const owner = "auxiliaryClassifierGan";
  check(owner).known(options, [...ADVERSARIAL_OPTIONS, "generator", "discriminator", "loss", "classWeight"]);
  const { loss = nonSaturatingLoss(), classWeight = 1, ...game } = options;
  check(owner).number("classWeight", classWeight, { min: 0 });
  const classLoss = (label: tf.Tensor, logits: tf.Tensor | undefined) =>
    tf.mean(categoricalCrossEntropy(label as tf.Tensor1D, logits as tf.Tensor2D));

  const model = classConditionalGan(owner, game, {
    loss,
    discriminatorInputs: 1,
    discriminatorOutputs: 2,
    discriminatorTerms: ({ real, fake }, { label }) => ({
      class: tf.mul(classWeight, tf.add(classLoss(label, real[1]), classLoss(label, fake[1]))) as tf.Scalar,
    }),
    generatorTerms: (fake, { label }) => ({ class: tf.mul(classWeight, classLoss(label, fake[1])) as tf.Scalar }),
  });
  return { ...model, classify: (x) => tf.tidy(() => applyAll(game.discriminator, x)[1] as tf.Tensor2D) };
}
