import { check } from "@latentkit/core";
import { type AdversarialLoss, nonSaturatingLoss } from "@latentkit/losses";
import type * as tf from "@tensorflow/tfjs";
import { ADVERSARIAL_OPTIONS } from "./internal/checks.js";
import { classConditionalGan } from "./internal/class-conditional.js";
import type { AdversarialOptions, ConditionalGan } from "./types.js";

/** Options of {@link conditionalGan}. */
export interface ConditionalGanOptions extends AdversarialOptions {
  /** Noise `[batch, latentDim]` and one-hot class `[batch, classes]` → examples. */
  readonly generator: tf.LayersModel;
  /** Examples and one-hot class `[batch, classes]` → one logit each. */
  readonly discriminator: tf.LayersModel;
  /** What is played for; `nonSaturatingLoss` of `@latentkit/losses` unless given. */
  readonly loss?: AdversarialLoss;
}

/**
 * Conditional GAN: both players are told the class y, min_G max_D E[log D(x|y)] + E[log(1 − D(G(z|y)))], so that
 * `sampleClasses` gives the wanted one. Train on batches with `label`.
 *
 * **Shapes**: `x` `[batch, …]`, `label` `[batch]` int32 from 0 to classes − 1.
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
 * model.sampleClasses([0, 0, 7], random(1)); // [3, 2]
 * ```
 */
export function conditionalGan(options: ConditionalGanOptions): ConditionalGan {
  check("conditionalGan").known(options, [...ADVERSARIAL_OPTIONS, "generator", "discriminator", "loss"]);
  const { loss = nonSaturatingLoss(), ...game } = options;
  return classConditionalGan("conditionalGan", game, { loss, discriminatorInputs: 2, discriminatorOutputs: 1 });
}
