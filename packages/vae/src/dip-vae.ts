import type { ModelFactory, Schedule } from "@latentkit/core";
import { choice, defineModel, optional, schedule, smoothExp } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { boundTerms } from "./internal/bound-terms.js";
import { checkBatchSize } from "./internal/check-batch-size.js";
import { momentsOf } from "./internal/check-moments.js";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { LatentVariableModelOf } from "./types.js";

/** Options of {@link dipVae}. */
export interface DipVaeOptions extends LatentOptions {
  /** Which covariance is drawn to I: `I` that of the means μ(x), `II`, the default, that of the codes, Cov[μ(x)] + E[σ²(x)]. */
  readonly variant?: "I" | "II";
  /** Weight of the squared covariances between dimensions, λ_od. Default 10. */
  readonly offDiagonal?: number | Schedule;
  /** Weight of the squared distances of variances from 1, λ_d. Default 100 for `I` and 10 for `II`, the paper's ratios to 10. */
  readonly diagonal?: number | Schedule;
}

/**
 * DIP-VAE: a VAE whose codes of all data together are drawn towards the prior's moments, so that dimensions of the code do not vary
 * together. Disentangles by a closed form over the batch, and leaves the weight of each example's own divergence at 1.
 *
 * Minimises, on average over the batch,
 *
 *     −E_q(z|x)[log p(x|z)] + KL(q(z|x) ‖ p(z)) + λ_od Σ_{i≠j} Cᵢⱼ² + λ_d Σᵢ (Cᵢᵢ − 1)²,
 *
 * C = Cov[μ(x)] for variant I, Cov[μ(x)] + E[diag σ²(x)] for variant II, over the batch. Logs `dipVae/reconstruction`, `dipVae/kl`,
 * `dipVae/offDiagonal` and `dipVae/diagonal`, the sums without their weights.
 *
 * **Shapes**: `batch.x` `[batch, …]`, two examples or more; codes `[batch, latentDim]`. **Units**: nats per example.
 *
 * **Source**: Kumar, Sattigeri and Balakrishnan, "Variational Inference of Disentangled Latent Concepts from Unlabeled Observations",
 * 2018, equations 6 and 7. https://arxiv.org/abs/1711.00848
 *
 * @throws ShapeError when encoder, decoder and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { dipVae } from "@latentkit/vae";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = dipVae({
 *   encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 *   variant: "I",
 * });
 * ```
 */
export const dipVae: ModelFactory<DipVaeOptions, LatentVariableModelOf<"dipVae">> = defineModel(
  "dipVae",
  {
    ...latentOptions,
    variant: choice(["I", "II"], { default: "II" }),
    offDiagonal: schedule({ min: 0, default: 10 }),
    diagonal: optional(schedule({ min: 0 })),
  },
  ({ variant, offDiagonal: offDiagonalWeight, diagonal: given, ...parts }) => {
    const { model, pass, updates } = latentVariableModel({ owner: "dipVae", ...parts });
    const moments = momentsOf("dipVae", parts.posterior);
    const diagonalWeight = given ?? (variant === "I" ? 100 : 10);
    return {
      ...model,
      checkBatch: (batch) => checkBatchSize("dipVae", batch, 2, "the covariance of codes"),
      objectives: [
        {
          name: "dipVae",
          updates,
          loss(batch, step) {
            const passed = pass(batch, step);
            const { reconstruction, kl } = boundTerms(passed);
            const { mean, logVariance } = moments(passed.outputs);
            const away = tf.sub(mean, tf.mean(mean, 0)) as tf.Tensor2D;
            const ofMeans = tf.div(tf.matMul(away, away, true), mean.shape[0]); // Cov[μ], [latentDim, latentDim]
            const unit = tf.eye(model.latentDim);
            const ofMeansAlone = tf.sum(tf.mul(ofMeans, unit), 1); // variances, [latentDim]
            const variances = variant === "I" ? ofMeansAlone : tf.add(ofMeansAlone, tf.mean(smoothExp(logVariance), 0));
            const offDiagonal = tf.sum<tf.Scalar>(tf.square(tf.mul(ofMeans, tf.sub(1, unit))));
            const diagonal = tf.sum<tf.Scalar>(tf.square(tf.sub(variances, 1)));
            const total = tf.addN([
              reconstruction,
              kl,
              tf.mul(step.schedule(offDiagonalWeight), offDiagonal),
              tf.mul(step.schedule(diagonalWeight), diagonal),
            ]) as tf.Scalar;
            return { total, parts: { reconstruction, kl, offDiagonal, diagonal } };
          },
        },
      ],
    };
  },
);
