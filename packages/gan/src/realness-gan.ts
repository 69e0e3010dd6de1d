import type { ModelFactory } from "@latentkit/core";
import { defineModel } from "@latentkit/core/authoring";
import { type RealnessLossOptions, realnessLoss } from "@latentkit/losses";
import { realnessOptions } from "@latentkit/losses/authoring";
import { adversarialModel } from "./internal/adversarial-model.js";
import { penalty, unconditional } from "./internal/options.js";
import { rememberer } from "./replay.js";
import type { Gan, GanOptions } from "./types.js";

/** Options of {@link realnessGan}. */
export interface RealnessGanOptions extends GanOptions, RealnessLossOptions {}

/**
 * RealnessGAN: the discriminator's verdict is a distribution over several outcomes, so that an example can be real for more
 * than one reason. D minimises KL(A₁ ‖ D(x)) + KL(A₀ ‖ D(G(z))), G minimises KL(D(x) ‖ D(G(z))) − KL(A₀ ‖ D(G(z))), with fixed
 * anchors A₁ for data and A₀ for samples. The discriminator gives as many logits as there are outcomes.
 *
 * **Shapes**: verdicts `[batch, outcomes]`; `discriminate` gives the mean outcome in [−1, 1]. **Units**: nats.
 *
 * **Source**: Xiangli, Deng, Dai, Loy and Lin, "Real or Not Real, that is the Question", 2020, equations 3, 18 and 19.
 * https://arxiv.org/abs/2002.05512
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other or the outcomes.
 * @example
 * ```ts
 * import { mlpDecoder } from "@latentkit/layers";
 * import { realnessGan } from "@latentkit/gan";
 * const generator = mlpDecoder({ latentDim: 2, hiddenUnits: [16], outputShape: [2], name: "generator" });
 * const discriminator = mlpDecoder({ latentDim: 2, hiddenUnits: [16], outputShape: [10], name: "discriminator" });
 * const model = realnessGan({ generator, discriminator, outcomes: 10 });
 * ```
 */
export const realnessGan: ModelFactory<RealnessGanOptions, Gan> = defineModel(
  "realnessGan",
  { ...unconditional, penalty, ...realnessOptions },
  ({ replay, outcomes, realSkew, fakeSkew, ...options }) =>
    adversarialModel({
      owner: "realnessGan",
      ...options,
      loss: realnessLoss({ outcomes, realSkew, fakeSkew }),
      remember: rememberer(replay),
    }),
);
