import type { ModelFactory } from "@latentkit/core";
import { choice, defineModel, integer } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { densityOf } from "./internal/check-density.js";
import { doublyReparameterisedWeights } from "./internal/doubly-reparameterised.js";
import { logMeanExp } from "./internal/log-mean-exp.js";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { Iwae } from "./types.js";

/** Options of {@link iwae}. */
export interface IwaeOptions extends LatentOptions {
  /** Importance samples an example, k. Default 50, the paper's largest; a step costs about k times a VAE's. */
  readonly samples?: number;
  /**
   * How the bound's gradient reaches the encoder. `reparameterised`, the default, is noise alone for many samples, as the encoder's
   * signal falls faster than it. `doublyReparameterised` has the same mean and a signal that grows with k, for a third more time a step.
   */
  readonly gradient?: "reparameterised" | "doublyReparameterised";
}

/**
 * Importance-weighted autoencoder: a {@link vae} trained on a tighter bound of log p(x), whose posterior need not be as close
 * to a Gaussian. For better likelihoods at k times the cost of a step; k = 1 is the VAE with its KL divergence estimated.
 *
 * Minimises, on average over the batch,
 *
 *     −log 1/k Σᵢ wᵢ,   wᵢ = p(x|zᵢ)·p(zᵢ) / q(zᵢ|x),   zᵢ = μ + exp(γ/2)·εᵢ.
 *
 * Logs `iwae/meanLogWeight`, −1/k Σ log wᵢ: the VAE's bound of the same networks.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`.
 *
 * **Units**: nats per example.
 *
 * **Source**: Burda, Grosse and Salakhutdinov, "Importance Weighted Autoencoders", 2016, equations 8 and 13.
 * https://arxiv.org/abs/1509.00519; the second gradient: Tucker, Lawson, Gu and Maddison, "Doubly Reparameterized Gradient Estimators
 * for Monte Carlo Objectives", 2019, equation 8, https://arxiv.org/abs/1810.04152
 *
 * @throws ShapeError when encoder, decoder and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { iwae } from "@latentkit/vae";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = iwae({
 *   encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 *   samples: 5,
 * });
 * ```
 */
export const iwae: ModelFactory<IwaeOptions, Iwae> = defineModel(
  "iwae",
  {
    ...latentOptions,
    samples: integer({ min: 1, default: 50 }),
    gradient: choice(["reparameterised", "doublyReparameterised"], { default: "reparameterised" }),
  },
  ({ samples, gradient, ...parts }) => {
    const { model, pass, updates } = latentVariableModel({ owner: "iwae", ...parts });
    const density = gradient === "doublyReparameterised" ? densityOf("iwae", parts.posterior, "logDensity") : undefined;
    return {
      ...model,
      objectives: [
        {
          name: "iwae",
          updates,
          loss(batch, step) {
            const passed = pass(batch, step);
            const weights = density
              ? doublyReparameterisedWeights(passed, density, samples)
              : passed.logImportanceWeights(samples);
            const total = tf.neg(tf.mean<tf.Scalar>(logMeanExp(weights)));
            return { total, parts: { meanLogWeight: tf.neg(tf.mean<tf.Scalar>(weights)) } };
          },
        },
      ],
    };
  },
);
