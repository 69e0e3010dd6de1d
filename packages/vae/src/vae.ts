import type { ModelFactory, Schedule } from "@latentkit/core";
import { defineModel, number, schedule } from "@latentkit/core/authoring";
import { variationalObjective } from "./internal/variational-objective.js";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { Vae } from "./types.js";

/** Options of {@link vae}. */
export interface VaeOptions extends LatentOptions {
  /**
   * Weight of the KL divergence. Default 1, the evidence lower bound itself. Above 1 disentangles (β-VAE), below 1 favours
   * sharp reconstructions, a schedule that rises from 0 keeps codes from being ignored early in training (warm-up).
   */
  readonly beta?: number | Schedule;
  /** Nats that each dimension may carry free of charge. Default 0. About 0.1 revives dimensions that carry nothing. */
  readonly freeBits?: number;
}

/**
 * Variational autoencoder: a decoder that turns standard normal codes into data, trained together with an encoder that guesses
 * which codes an example came from. For generation, representation, interpolation and likelihood bounds.
 *
 * Minimises, on average over the batch, the negative evidence lower bound
 *
 *     −E_q(z|x)[log p(x|z)] + β · KL(q(z|x) ‖ p(z)),   z = μ + exp(γ/2)·ε,  ε ~ N(0, I),
 *     KL = −½ Σ (1 + γ − exp γ − μ²),                   p(z) = N(0, I),
 *
 * with one ε an example, for the default prior and posterior. Logs `vae/reconstruction` and `vae/kl`, the KL without its weight.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`.
 *
 * **Units**: nats per example.
 *
 * **Source**: Kingma and Welling, "Auto-Encoding Variational Bayes", 2014, equations 3, 7 and 10,
 * https://arxiv.org/abs/1312.6114; β: Higgins et al., "β-VAE", 2017, equation 4, https://openreview.net/forum?id=Sy2fzU9gl;
 * warm-up: Bowman et al. 2016, section 3.1, https://arxiv.org/abs/1511.06349, and Sønderby et al. 2016,
 * https://arxiv.org/abs/1602.02282; free bits: Kingma et al. 2016, equation 15, https://arxiv.org/abs/1606.04934
 *
 * @throws ShapeError when encoder, decoder and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { vae } from "@latentkit/vae";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = vae({
 *   encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 * });
 * ```
 */
export const vae: ModelFactory<VaeOptions, Vae> = defineModel(
  "vae",
  {
    ...latentOptions,
    beta: schedule({ min: 0, default: 1 }),
    freeBits: number({ min: 0, default: 0 }),
  },
  ({ beta, freeBits, ...parts }) => {
    const base = latentVariableModel({ owner: "vae", ...parts });
    return { ...base.model, objectives: [variationalObjective("vae", base, { beta, freeBits })] };
  },
);
