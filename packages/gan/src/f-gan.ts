import type { ModelFactory } from "@latentkit/core";
import { defineModel } from "@latentkit/core/authoring";
import { type FDivergenceLossOptions, fDivergenceLoss } from "@latentkit/losses";
import { fDivergenceOptions } from "@latentkit/losses/authoring";
import { adversarialModel } from "./internal/adversarial-model.js";
import { penalty, unconditional } from "./internal/options.js";
import { rememberer } from "./replay.js";
import type { Gan, GanOptions } from "./types.js";

/** Options of {@link fGan}. */
export interface FGanOptions extends GanOptions, FDivergenceLossOptions {}

/**
 * f-GAN: a game for a divergence of one's choice, whose discriminator estimates it. For asking what a divergence does: `kl` wants all
 * modes, `reverseKl` samples that are surely data. The logged `discriminator/distance` is the estimate, a lower bound.
 *
 *     D maximises E[T(x)] − E[f*(T(G(z)))] ≤ D_f(data ‖ samples),   G maximises E[T(G(z))],
 *
 * with T = g(D); g and the convex conjugate f* belong to the divergence.
 *
 * **Shapes**: noise `[batch, latentDim]`; examples `[batch, …]` in the data's units. **Units**: those of the divergence.
 *
 * **Source**: Nowozin, Cseke and Tomioka, "f-GAN: Training Generative Neural Samplers using Variational Divergence Minimization", 2016,
 * equation 6 and section 3.2. https://arxiv.org/abs/1606.00709
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { fGan } from "@latentkit/gan";
 * import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
 * const generator = mlpGenerator({ outputShape: [2], hiddenUnits: [8], latentDim: 4 });
 * const discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [8] });
 * const model = fGan({ generator, discriminator, divergence: "jensenShannon" });
 * ```
 */
export const fGan: ModelFactory<FGanOptions, Gan> = defineModel(
  "fGan",
  { ...unconditional, penalty, ...fDivergenceOptions },
  ({ replay, divergence, ...options }) =>
    adversarialModel({
      owner: "fGan",
      ...options,
      loss: fDivergenceLoss({ divergence }),
      remember: rememberer(replay),
    }),
);
