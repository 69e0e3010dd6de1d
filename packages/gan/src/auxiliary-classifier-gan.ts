import type { Classifies, ModelFactory } from "@latentkit/core";
import { applyAll, checkTensor, defineModel, number, withDefault } from "@latentkit/core/authoring";
import { type AdversarialLoss, categoricalCrossEntropy, nonSaturatingLoss } from "@latentkit/losses";
import { adversarialLossOption } from "@latentkit/losses/authoring";
import * as tf from "@tensorflow/tfjs";
import { adversarialModel } from "./internal/adversarial-model.js";
import type { GameBatch, Verdict } from "./internal/game.js";
import { givenFields } from "./internal/given-fields.js";
import { penalty, players, rules } from "./internal/options.js";
import type { AdversarialOptions, ConditionalGan } from "./types.js";

/** Options of {@link auxiliaryClassifierGan}. */
export interface AuxiliaryClassifierGanOptions extends AdversarialOptions {
  /** Noise `[batch, latentDim]` and one-hot class `[batch, classes]` → examples. */
  readonly generator: tf.LayersModel;
  /** Examples → a logit `[batch, 1]` and class logits `[batch, classes]`: build it with `heads: [classes]`. */
  readonly discriminator: tf.LayersModel;
  /** What is played for. Default `nonSaturatingLoss()`. */
  readonly loss?: AdversarialLoss;
  /** Weight of the classification loss. Default 1, as in the paper. */
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
export const auxiliaryClassifierGan: ModelFactory<AuxiliaryClassifierGanOptions, ConditionalGan & Classifies> =
  defineModel(
    "auxiliaryClassifierGan",
    {
      ...players,
      ...rules,
      penalty,
      loss: withDefault(adversarialLossOption(), nonSaturatingLoss()),
      classWeight: number({ min: 0, default: 1 }),
    },
    ({ classWeight, ...options }) => {
      const owner = "auxiliaryClassifierGan";
      const given = givenFields(owner, options.generator, undefined);
      const classes = given.label!.classes!;
      const classLoss = ({ label }: GameBatch, [, logits]: Verdict) =>
        tf.mean(categoricalCrossEntropy(label as tf.Tensor1D, logits as tf.Tensor2D));
      const model = adversarialModel({
        owner,
        ...options,
        given,
        heads: [classes],
        discriminatorTerms: ({ real, fake }, batch) => ({
          class: tf.mul<tf.Scalar>(classWeight, tf.add(classLoss(batch, real), classLoss(batch, fake))),
        }),
        generatorTerms: (fake, batch) => ({ class: tf.mul<tf.Scalar>(classWeight, classLoss(batch, fake)) }),
      });
      return {
        ...model,
        given,
        classes,
        classify(x) {
          checkTensor("auxiliaryClassifierGan", "x", x, options.discriminator.inputs[0]!.shape);
          return tf.tidy(() => applyAll(options.discriminator, x)[1] as tf.Tensor2D);
        },
      };
    },
  );
