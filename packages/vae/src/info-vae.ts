import type { ModelFactory, Schedule } from "@latentkit/core";
import { choice, defineModel, number, schedule } from "@latentkit/core/authoring";
import { maximumMeanDiscrepancy } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { boundTerms } from "./internal/bound-terms.js";
import { checkBatchSize } from "./internal/check-batch-size.js";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { LatentVariableModelOf } from "./types.js";

/** Options of {@link infoVae}. */
export interface InfoVaeOptions extends LatentOptions {
  /**
   * How much of the mutual information between data and codes is given free of charge, α ≤ 1. Default 0: each example's divergence
   * counts fully. 1 drops it, which is the MMD-VAE, without a bound of the likelihood.
   */
  readonly alpha?: number | Schedule;
  /** Weight λ of the divergence of all codes together; the discrepancy counts α + λ − 1 times. Default 100: it is a small number. */
  readonly lambda?: number | Schedule;
  /** Kernel of the discrepancy. Default `inverseMultiquadratic`. */
  readonly kernel?: "inverseMultiquadratic" | "gaussian";
  /** Variance of each of the prior's dimensions, which sets the kernel's width. Default 1, the standard normal's. */
  readonly priorVariance?: number;
}

/**
 * InfoVAE: the codes of all data together are drawn to the prior by a discrepancy of samples, so that each example's own divergence
 * may weigh less. Against codes that a strong decoder ignores, and against posteriors that leave holes in the prior.
 *
 * Minimises, on average over the batch,
 *
 *     −E_q(z|x)[log p(x|z)] + (1 − α)·KL(q(z|x) ‖ p(z)) + (α + λ − 1)·MMD(q(z), p(z)),
 *
 * the maximum mean discrepancy estimated without bias from the batch's codes and as many draws of the prior. Logs
 * `infoVae/reconstruction`, `infoVae/kl` and `infoVae/discrepancy`, without their weights.
 *
 * **Shapes**: `batch.x` `[batch, …]`, two examples or more, 100 as a rule; codes `[batch, latentDim]`. **Units**: nats per example.
 *
 * **Source**: Zhao, Song and Ermon, "InfoVAE: Balancing Learning and Inference in Variational Autoencoders", 2019, equation 6 and
 * section "Divergences", https://arxiv.org/abs/1706.02262
 *
 * @throws ShapeError when encoder, decoder and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { infoVae } from "@latentkit/vae";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = infoVae({
 *   encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 *   alpha: 0.5,
 * });
 * ```
 */
export const infoVae: ModelFactory<InfoVaeOptions, LatentVariableModelOf<"infoVae">> = defineModel(
  "infoVae",
  {
    ...latentOptions,
    alpha: schedule({ max: 1, default: 0 }),
    lambda: schedule({ min: 0, default: 100 }),
    kernel: choice(["inverseMultiquadratic", "gaussian"], { default: "inverseMultiquadratic" }),
    priorVariance: number({ above: 0, default: 1 }),
  },
  ({ alpha, lambda, kernel, priorVariance, ...parts }) => {
    const { model, pass, updates } = latentVariableModel({ owner: "infoVae", ...parts });
    const scale = 2 * model.latentDim * priorVariance;
    return {
      ...model,
      checkBatch: (batch) => checkBatchSize("infoVae", batch, 2, "the discrepancy of codes and prior"),
      objectives: [
        {
          name: "infoVae",
          updates,
          loss(batch, step) {
            const passed = pass(batch, step);
            const { reconstruction, kl, z } = boundTerms(passed);
            const prior = passed.prior.sample(z.shape[0], model.latentDim, step.random);
            const discrepancy = maximumMeanDiscrepancy(z, prior, { scale, kernel });
            const kept = tf.sub(1, step.schedule(alpha)); // 1 − α
            const total = tf.addN([
              reconstruction,
              tf.mul(kept, kl),
              tf.mul(tf.sub(step.schedule(lambda), kept), discrepancy),
            ]) as tf.Scalar;
            return { total, parts: { reconstruction, kl, discrepancy } };
          },
        },
      ],
    };
  },
);
