import type { ModelFactory } from "@latentkit/core";
import { defineModel } from "@latentkit/core/authoring";
import type { AdversarialLoss } from "@latentkit/losses";
import { adversarialLossOption } from "@latentkit/losses/authoring";
import { adversarialModel } from "./internal/adversarial-model.js";
import { penalty, unconditional } from "./internal/options.js";
import { rememberer } from "./replay.js";
import type { Gan, GanOptions } from "./types.js";

/**
 * A generator G and a discriminator D that play against each other for any pair of losses, of this library or your own.
 * {@link minimaxGan}, {@link wassersteinGanGp} and the others name the usual games.
 *
 *     D minimises loss.discriminator(D(x), D(G(z))) + penalty,   G minimises loss.generator(D(G(z))),
 *
 * each over its own weights. Logs: `discriminator/real` and `discriminator/fake` are the means of D(x) and
 * D(G(z)) as the paper understands them, `generator/fake` is D(G(z)) in G's update.
 *
 * **Shapes**: noise `[batch, latentDim]`; examples `[batch, …]` in the data's units. **Units**: those of the loss, means over the batch.
 *
 * **Source**: Goodfellow et al., "Generative Adversarial Nets", 2014, algorithm 1. https://arxiv.org/abs/1406.2661
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { gan } from "@latentkit/gan";
 * import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
 * import { leastSquaresLoss } from "@latentkit/losses";
 * const generator = mlpGenerator({ latentDim: 2, hiddenUnits: [16], outputShape: [2] });
 * const discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [16] });
 * const model = gan({ generator, discriminator, loss: leastSquaresLoss({ a: -1, b: 1, c: 0 }) });
 * ```
 */
export const gan: ModelFactory<GanOptions & { readonly loss: AdversarialLoss }, Gan> = defineModel(
  "gan",
  { ...unconditional, penalty, loss: adversarialLossOption() },
  ({ replay, ...options }) => adversarialModel({ owner: "gan", ...options, remember: rememberer(replay) }),
);
