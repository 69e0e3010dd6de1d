import type { Conditions, ModelFactory } from "@latentkit/core";
import {
  conditionFields,
  conditions,
  defineModel,
  integer,
  number,
  optional,
  schedule,
} from "@latentkit/core/authoring";
import { wassersteinLoss } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { adversarialModel } from "./internal/adversarial-model.js";
import { players, rules } from "./internal/options.js";
import { gradientPenaltyTerm, type PenaltyWeight } from "./penalty-terms.js";
import type { AdversarialOptions, Gan, GanOptions } from "./types.js";

/** Options of {@link progressiveGan}. */
export interface ProgressiveGanOptions
  extends Omit<AdversarialOptions, "penalty">,
    Pick<GanOptions, "generator" | "discriminator"> {
  /** What both are told, by name: `{ label: { classes: 10 } }`. Default nothing. */
  readonly given?: Conditions;
  /** Weight λ of the gradient penalty. Default 10. */
  readonly penaltyWeight?: PenaltyWeight;
  /** Weight ε of what keeps scores of data near 0. Default 0.001. */
  readonly driftWeight?: number;
}

/**
 * One stage of ProGAN: a critic with a gradient penalty, whose scores of data are kept near 0,
 *
 *     D minimises E[D(G(z))] − E[D(x)] + λ·E[(‖∇D(x̂)‖ − 1)²] + ε·E[D(x)²],   G minimises −E[D(G(z))].
 *
 * Pictures begin at 4×4 and double from stage to stage: `progressiveGenerator` and `progressiveDiscriminator` with `fadeSteps` make the
 * networks of a stage, `growNetwork` hands the weights on, `trainStages` trains the stages and resumes within one. The paper trains with Adam at
 * 1e-3, β₁ 0, β₂ 0.99, 600,000 pictures fading and 600,000 steady for each size.
 *
 * **Shapes**: noise `[batch, latentDim]`; pictures `[batch, side, side, channels]`. **Units**: scores, means over the batch.
 *
 * **Source**: Karras et al., "Progressive Growing of GANs for Improved Quality, Stability, and Variation", 2018, appendix A.1.
 * https://arxiv.org/abs/1710.10196
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { progressiveGan } from "@latentkit/gan";
 * import { progressiveDiscriminator, progressiveGenerator } from "@latentkit/layers";
 * const generator = progressiveGenerator({ outputShape: [8, 8, 3], latentDim: 8, filters: [8, 4] });
 * const discriminator = progressiveDiscriminator({ inputShape: [8, 8, 3], filters: [8, 4] });
 * const model = progressiveGan({ generator, discriminator });
 * ```
 */
export const progressiveGan: ModelFactory<ProgressiveGanOptions, Gan> = defineModel(
  "progressiveGan",
  {
    ...players,
    ...rules,
    discriminatorSteps: integer({ min: 1, default: 1 }),
    given: optional(conditions()),
    penaltyWeight: schedule({ min: 0, default: 10 }),
    driftWeight: number({ min: 0, default: 0.001 }),
  },
  ({ given, penaltyWeight: weight, driftWeight, ...options }) =>
    adversarialModel({
      owner: "progressiveGan",
      ...options,
      ...(given && { given: conditionFields(given), told: true }),
      loss: wassersteinLoss(),
      penalty: gradientPenaltyTerm({ weight }),
      discriminatorTerms: ({ real }) => ({ drift: tf.mul(driftWeight, tf.mean(tf.square(real[0]))) as tf.Scalar }),
    }),
);
