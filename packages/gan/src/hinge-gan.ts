import type { ModelFactory } from "@latentkit/core";
import { defineModel } from "@latentkit/core/authoring";
import { hingeLoss } from "@latentkit/losses";
import { adversarialModel } from "./internal/adversarial-model.js";
import { penalty, unconditional } from "./internal/options.js";
import { rememberer } from "./replay.js";
import type { Gan, GanOptions } from "./types.js";

/**
 * The hinge game: D stops learning from examples beyond its margin. With `normalization: "spectral"` in the discriminator it
 * is SN-GAN.
 *
 *     D minimises E[max(0, 1 − D(x))] + E[max(0, 1 + D(G(z)))],   G minimises −E[D(G(z))].
 *
 * **Shapes**: noise `[batch, latentDim]`; examples `[batch, …]` in the data's units. **Units**: scores, means over the batch.
 *
 * **Source**: Lim and Ye, "Geometric GAN", 2017, https://arxiv.org/abs/1705.02894; Miyato et al., "Spectral Normalization
 * for Generative Adversarial Networks", 2018, equations 16 and 17. https://arxiv.org/abs/1802.05957
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { hingeGan } from "@latentkit/gan";
 * import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
 * const generator = mlpGenerator({ latentDim: 2, hiddenUnits: [16], outputShape: [2] });
 * const discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [16], normalization: "spectral" });
 * const model = hingeGan({ generator, discriminator });
 * ```
 */
export const hingeGan: ModelFactory<GanOptions, Gan> = defineModel(
  "hingeGan",
  { ...unconditional, penalty },
  ({ replay, ...options }) =>
    adversarialModel({
      owner: "hingeGan",
      ...options,
      loss: hingeLoss(),
      remember: rememberer(replay),
    }),
);
