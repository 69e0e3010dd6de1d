import type { ModelFactory } from "@latentkit/core";
import { defineModel, number } from "@latentkit/core/authoring";
import { wassersteinLoss } from "@latentkit/losses";
import { adversarialModel } from "./internal/adversarial-model.js";
import { clipWeights } from "./internal/clip-weights.js";
import { criticSteps, penalty, unconditional } from "./internal/options.js";
import { rememberer } from "./replay.js";
import type { Gan, GanOptions } from "./types.js";

/** Options of {@link wassersteinGan}. */
export interface WassersteinGanOptions extends GanOptions {
  /** The critic's weights are cut to [−clip, clip] after each of its updates. Default 0.01, the paper's c. */
  readonly clip?: number;
}

/**
 * WGAN: a critic without sigmoid, kept Lipschitz by clipping its weights, estimates the Wasserstein-1 distance up to a
 * factor; G lowers it. Logged as `discriminator/distance`, it falls as samples get better. Five critic updates per update
 * of G; the paper trains with RMSProp at 5e-5, momentum-free.
 *
 *     D minimises E[D(G(z))] − E[D(x)], its weights clipped to [−c, c] after each update,   G minimises −E[D(G(z))].
 *
 * **Shapes**: noise `[batch, latentDim]`; examples `[batch, …]` in the data's units. **Units**: scores, means over the batch.
 *
 * **Source**: Arjovsky, Chintala and Bottou, "Wasserstein GAN", 2017, algorithm 1. https://arxiv.org/abs/1701.07875
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { wassersteinGan } from "@latentkit/gan";
 * import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
 * const generator = mlpGenerator({ latentDim: 2, hiddenUnits: [16], outputShape: [2] });
 * const discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [16] });
 * const model = wassersteinGan({ generator, discriminator, clip: 0.1 });
 * ```
 */
export const wassersteinGan: ModelFactory<WassersteinGanOptions, Gan> = defineModel(
  "wassersteinGan",
  { ...unconditional, ...criticSteps, penalty, clip: number({ above: 0, default: 0.01 }) },
  ({ replay, clip, ...options }) =>
    adversarialModel({
      owner: "wassersteinGan",
      ...options,
      loss: wassersteinLoss(),
      remember: rememberer(replay),
      afterDiscriminator: () => clipWeights(options.discriminator, clip),
    }),
);
