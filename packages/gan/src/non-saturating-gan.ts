import type { ModelFactory } from "@latentkit/core";
import { defineModel } from "@latentkit/core/authoring";
import { type LogisticLossOptions, nonSaturatingLoss } from "@latentkit/losses";
import { logisticOptions } from "@latentkit/losses/authoring";
import { adversarialModel } from "./internal/adversarial-model.js";
import { penalty, unconditional } from "./internal/options.js";
import { rememberer } from "./replay.js";
import type { Gan, GanOptions } from "./types.js";

/** Options of {@link nonSaturatingGan}. */
export interface NonSaturatingGanOptions extends GanOptions, LogisticLossOptions {}

/**
 * The game that "GAN" usually means: D as in the original, and a G whose gradient does not vanish when D wins. With `dcganGenerator` and
 * `dcganDiscriminator` it is DCGAN; with `penalty: r1Term()` it converges near the equilibrium.
 *
 *     D minimises −E[log D(x)] − E[log(1 − D(G(z)))],   G minimises −E[log D(G(z))].
 *
 * **Shapes**: noise `[batch, latentDim]`; examples `[batch, …]` in the data's units. **Units**: nats, means over the batch.
 *
 * **Source**: Goodfellow et al., "Generative Adversarial Nets", 2014, section 3. https://arxiv.org/abs/1406.2661
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { nonSaturatingGan, r1Term } from "@latentkit/gan";
 * import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
 * const generator = mlpGenerator({ latentDim: 2, hiddenUnits: [16], outputShape: [2] });
 * const discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [16] });
 * const model = nonSaturatingGan({ generator, discriminator, penalty: r1Term({ weight: 0.1 }) });
 * ```
 */
export const nonSaturatingGan: ModelFactory<NonSaturatingGanOptions, Gan> = defineModel(
  "nonSaturatingGan",
  { ...unconditional, penalty, ...logisticOptions },
  ({ replay, realLabel, ...options }) =>
    adversarialModel({
      owner: "nonSaturatingGan",
      ...options,
      loss: nonSaturatingLoss({ realLabel }),
      remember: rememberer(replay),
    }),
);
