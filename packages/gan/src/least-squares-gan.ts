import type { ModelFactory } from "@latentkit/core";
import { defineModel } from "@latentkit/core/authoring";
import { type LeastSquaresLossOptions, leastSquaresLoss } from "@latentkit/losses";
import { leastSquaresOptions } from "@latentkit/losses/authoring";
import { adversarialModel } from "./internal/adversarial-model.js";
import { penalty, unconditional } from "./internal/options.js";
import { rememberer } from "./replay.js";
import type { Gan, GanOptions } from "./types.js";

/** Options of {@link leastSquaresGan}. */
export interface LeastSquaresGanOptions extends GanOptions, LeastSquaresLossOptions {}

/**
 * LSGAN: D regresses to b on data and a on samples, G draws its samples' scores to c. No gradient saturates, and samples on
 * the right side but far from the boundary are still corrected.
 *
 *     D minimises E[(D(x) − b)²] + E[(D(G(z)) − a)²],   G minimises E[(D(G(z)) − c)²].
 *
 * **Shapes**: noise `[batch, latentDim]`; examples `[batch, …]` in the data's units. **Units**: squared scores, means over the batch.
 *
 * **Source**: Mao et al., "Least Squares Generative Adversarial Networks", 2017, equation 2. https://arxiv.org/abs/1611.04076
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { leastSquaresGan } from "@latentkit/gan";
 * import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
 * const generator = mlpGenerator({ latentDim: 2, hiddenUnits: [16], outputShape: [2] });
 * const discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [16] });
 * const model = leastSquaresGan({ generator, discriminator, a: 0, b: 1, c: 1 });
 * ```
 */
export const leastSquaresGan: ModelFactory<LeastSquaresGanOptions, Gan> = defineModel(
  "leastSquaresGan",
  { ...unconditional, penalty, ...leastSquaresOptions },
  ({ replay, a, b, c, ...options }) =>
    adversarialModel({
      owner: "leastSquaresGan",
      ...options,
      loss: leastSquaresLoss({ a, b, c }),
      remember: rememberer(replay),
    }),
);
