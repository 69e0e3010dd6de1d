import type { ModelFactory } from "@latentkit/core";
import { defineModel, schedule } from "@latentkit/core/authoring";
import { relativisticLoss } from "@latentkit/losses";
import { adversarialModel } from "./internal/adversarial-model.js";
import { unconditional } from "./internal/options.js";
import { type PenaltyWeight, r1r2Term } from "./penalty-terms.js";
import { rememberer } from "./replay.js";
import type { Gan, GanOptions } from "./types.js";

/** Options of {@link relativisticGan}. */
export interface RelativisticGanOptions extends Omit<GanOptions, "penalty"> {
  /** Weight γ of R1 on data and R2 on samples. Default 1. */
  readonly penaltyWeight?: PenaltyWeight;
}

/**
 * The regularised relativistic game of R3GAN: each sample is judged against a real example, and D's gradient is kept small
 * on both. Made to keep all modes and to converge, at the price of two second derivatives a step.
 *
 *     D minimises E[log(1 + exp(D(G(z)) − D(x)))] + γ/2·E[‖∇D(x)‖²] + γ/2·E[‖∇D(G(z))‖²],
 *     G minimises E[log(1 + exp(D(x) − D(G(z))))].
 *
 * **Shapes**: noise `[batch, latentDim]`; examples `[batch, …]` in the data's units. **Units**: nats, means over the batch.
 *
 * **Source**: Huang et al., "The GAN is dead; long live the GAN! A Modern GAN Baseline", 2024, equations 2 and 5.
 * https://arxiv.org/abs/2501.05441
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { relativisticGan } from "@latentkit/gan";
 * import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
 * const generator = mlpGenerator({ latentDim: 2, hiddenUnits: [16], outputShape: [2] });
 * const discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [16] });
 * const model = relativisticGan({ generator, discriminator, penaltyWeight: 0.1 });
 * ```
 */
export const relativisticGan: ModelFactory<RelativisticGanOptions, Gan> = defineModel(
  "relativisticGan",
  { ...unconditional, penaltyWeight: schedule({ min: 0, default: 1 }) },
  ({ replay, penaltyWeight: weight, ...options }) =>
    adversarialModel({
      owner: "relativisticGan",
      ...options,
      loss: relativisticLoss(),
      remember: rememberer(replay),
      penalty: r1r2Term({ weight }),
    }),
);
