import type { ModelFactory } from "@latentkit/core";
import { defineModel } from "@latentkit/core/authoring";
import { type LogisticLossOptions, minimaxLoss } from "@latentkit/losses";
import { logisticOptions } from "@latentkit/losses/authoring";
import { adversarialModel } from "./internal/adversarial-model.js";
import { penalty, unconditional } from "./internal/options.js";
import { rememberer } from "./replay.js";
import type { Gan, GanOptions } from "./types.js";

/** Options of {@link minimaxGan}. */
export interface MinimaxGanOptions extends GanOptions, LogisticLossOptions {}

/**
 * The original game, with k updates of D per update of G. To learn about the game: G's gradient vanishes when D wins, and
 * {@link nonSaturatingGan} is what trains.
 *
 *     min_G max_D E[log D(x)] + E[log(1 − D(G(z)))].
 *
 * **Shapes**: noise `[batch, latentDim]`; examples `[batch, …]` in the data's units. **Units**: nats, means over the batch.
 *
 * **Source**: Goodfellow et al., "Generative Adversarial Nets", 2014, equation 1 and algorithm 1.
 * https://arxiv.org/abs/1406.2661
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { minimaxGan } from "@latentkit/gan";
 * import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
 * const generator = mlpGenerator({ latentDim: 2, hiddenUnits: [16], outputShape: [2] });
 * const discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [16] });
 * const model = minimaxGan({ generator, discriminator, prior: "uniform", discriminatorSteps: 3 });
 * ```
 */
export const minimaxGan: ModelFactory<MinimaxGanOptions, Gan> = defineModel(
  "minimaxGan",
  { ...unconditional, penalty, ...logisticOptions },
  ({ replay, realLabel, ...options }) =>
    adversarialModel({
      owner: "minimaxGan",
      ...options,
      loss: minimaxLoss({ realLabel }),
      remember: rememberer(replay),
    }),
);
