import type { ModelFactory } from "@latentkit/core";
import { defineModel, flag, schedule } from "@latentkit/core/authoring";
import { wassersteinLoss } from "@latentkit/losses";
import { adversarialModel } from "./internal/adversarial-model.js";
import { criticSteps, unconditional } from "./internal/options.js";
import { gradientPenaltyTerm, type PenaltyWeight } from "./penalty-terms.js";
import { rememberer } from "./replay.js";
import type { Gan, GanOptions } from "./types.js";

/** Options of {@link wassersteinGanGp}. */
export interface WassersteinGanGpOptions extends Omit<GanOptions, "penalty"> {
  /** Weight λ of the gradient penalty. Default 10. Small data in few dimensions do with 0.1. */
  readonly penaltyWeight?: PenaltyWeight;
  /** Punishes only slopes above 1. Default false. */
  readonly oneSided?: boolean;
}

/**
 * WGAN-GP: the critic's slope is drawn to 1 on lines between data and samples instead of clipping its weights,
 *
 *     D minimises E[D(G(z))] − E[D(x)] + λ·E[(‖∇D(x̂)‖ − 1)²],   G minimises −E[D(G(z))],
 *
 * x̂ at random between a datum and a sample. The critic must have no batch normalisation. `discriminator/distance` is
 * the estimate of the Wasserstein distance. The paper trains with Adam at 1e-4, β₁ 0, β₂ 0.9.
 *
 * **Shapes**: noise `[batch, latentDim]`; examples `[batch, …]` in the data's units. **Units**: scores, means over the batch.
 *
 * **Source**: Gulrajani et al., "Improved Training of Wasserstein GANs", 2017, equation 3 and algorithm 1.
 * https://arxiv.org/abs/1704.00028
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { wassersteinGanGp } from "@latentkit/gan";
 * import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
 * const generator = mlpGenerator({ latentDim: 2, hiddenUnits: [16], outputShape: [2] });
 * const discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [16] });
 * const model = wassersteinGanGp({ generator, discriminator, penaltyWeight: 0.1 });
 * ```
 */
export const wassersteinGanGp: ModelFactory<WassersteinGanGpOptions, Gan> = defineModel(
  "wassersteinGanGp",
  {
    ...unconditional,
    ...criticSteps,
    penaltyWeight: schedule({ min: 0, default: 10 }),
    oneSided: flag({ default: false }),
  },
  ({ replay, penaltyWeight: weight, oneSided, ...options }) =>
    adversarialModel({
      owner: "wassersteinGanGp",
      ...options,
      loss: wassersteinLoss(),
      remember: rememberer(replay),
      penalty: gradientPenaltyTerm({ weight, oneSided }),
    }),
);
