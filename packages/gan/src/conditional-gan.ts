import type { Conditions, ModelFactory } from "@latentkit/core";
import { conditions, defineModel, optional, withDefault } from "@latentkit/core/authoring";
import { type AdversarialLoss, nonSaturatingLoss } from "@latentkit/losses";
import { adversarialLossOption } from "@latentkit/losses/authoring";
import type * as tf from "@tensorflow/tfjs";
import { adversarialModel } from "./internal/adversarial-model.js";
import { givenFields } from "./internal/given-fields.js";
import { penalty, players, rules } from "./internal/options.js";
import type { AdversarialOptions, ConditionalGan } from "./types.js";

/** Options of {@link conditionalGan}. */
export interface ConditionalGanOptions extends AdversarialOptions {
  /** What both are told, by the field of a batch. Default `label`, as many classes as the generator's second input is wide. */
  readonly given?: Conditions;
  /** Noise `[batch, latentDim]` and one-hot class `[batch, classes]` → examples. */
  readonly generator: tf.LayersModel;
  /** Examples and one-hot class `[batch, classes]` → one logit each. */
  readonly discriminator: tf.LayersModel;
  /** What is played for. Default `nonSaturatingLoss()`. */
  readonly loss?: AdversarialLoss;
}

/**
 * Conditional GAN: both players are told the class y, so that `sample` gives the wanted one. Train on batches with `label`.
 *
 * The paper's game is min_G max_D E[log D(x|y)] + E[log(1 − D(G(z|y)))]; with the default loss
 *
 *     D minimises −E[log D(x|y)] − E[log(1 − D(G(z|y)))],   G minimises −E[log D(G(z|y))].
 *
 * **Shapes**: `x` `[batch, …]`, `label` `[batch]` int32 from 0 to classes − 1. **Units**: nats, means over the batch.
 *
 * **Source**: Mirza and Osindero, "Conditional Generative Adversarial Nets", 2014, equation 2.
 * https://arxiv.org/abs/1411.1784
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { conditionalGan } from "@latentkit/gan";
 * import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
 * const generator = mlpGenerator({ latentDim: 2, hiddenUnits: [16], outputShape: [2], classes: 8 });
 * const discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [16], classes: 8 });
 * const model = conditionalGan({ generator, discriminator });
 * model.sample({ count: 3, random: random(1), given: { label: [0, 0, 7] } }); // [3, 2]
 * ```
 */
export const conditionalGan: ModelFactory<ConditionalGanOptions, ConditionalGan> = defineModel(
  "conditionalGan",
  {
    ...players,
    ...rules,
    penalty,
    given: optional(conditions()),
    loss: withDefault(adversarialLossOption(), nonSaturatingLoss()),
  },
  ({ given, ...options }) => {
    const fields = givenFields("conditionalGan", options.generator, given);
    return { ...adversarialModel({ owner: "conditionalGan", ...options, given: fields, told: true }), given: fields };
  },
);
