import { linearSchedule, type ModelFactory, type Schedule } from "@latentkit/core";
import { defineModel, schedule } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { boundTerms } from "./internal/bound-terms.js";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { LatentVariableModelOf } from "./types.js";

/** Options of {@link annealedVae}. */
export interface AnnealedVaeOptions extends LatentOptions {
  /** Nats that codes shall carry, C: a number ≥ 0 or a schedule. Default from 0 to 25 over 100,000 steps, the paper's. */
  readonly capacity?: number | Schedule;
  /** How strongly the divergence is held at the capacity, γ. Default 1000, the paper's. */
  readonly gamma?: number | Schedule;
}

/**
 * β-VAE with controlled capacity: codes are allowed more and more nats in the course of training, so that the factor that helps
 * reconstruction most is learnt first, by a dimension of its own, and the next ones after it. Disentangles as a large β does, with
 * sharper reconstructions.
 *
 * Minimises, on average over the batch,
 *
 *     −E_q(z|x)[log p(x|z)] + γ · |KL(q(z|x) ‖ p(z)) − C|,
 *
 * KL the batch's mean, so that some examples may take more nats than others. Logs `annealedVae/reconstruction`, `annealedVae/kl` and
 * `annealedVae/capacity`.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`. **Units**: nats per example.
 *
 * **Source**: Burgess et al., "Understanding disentangling in β-VAE", 2018, equation 8. https://arxiv.org/abs/1804.03599
 *
 * @throws ShapeError when encoder, decoder and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { linearSchedule } from "@latentkit/core";
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { annealedVae } from "@latentkit/vae";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = annealedVae({
 *   encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 *   capacity: linearSchedule({ from: 0, to: 20, steps: 5000 }),
 * });
 * ```
 */
export const annealedVae: ModelFactory<AnnealedVaeOptions, LatentVariableModelOf<"annealedVae">> = defineModel(
  "annealedVae",
  {
    ...latentOptions,
    capacity: schedule({ min: 0, default: linearSchedule({ from: 0, to: 25, steps: 100_000 }) }),
    gamma: schedule({ min: 0, default: 1000 }),
  },
  ({ capacity: capacities, gamma, ...parts }) => {
    const { model, pass, updates } = latentVariableModel({ owner: "annealedVae", ...parts });
    return {
      ...model,
      objectives: [
        {
          name: "annealedVae",
          updates,
          loss(batch, step) {
            const { reconstruction, kl } = boundTerms(pass(batch, step));
            const capacity = step.schedule(capacities);
            const distance = tf.abs(tf.sub(kl, capacity));
            const total = tf.add<tf.Scalar>(reconstruction, tf.mul(step.schedule(gamma), distance));
            return { total, parts: { reconstruction, kl, capacity } };
          },
        },
      ],
    };
  },
);
