import type { ModelFactory } from "@latentkit/core";
import { defineModel, integer } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { logMeanExp } from "./internal/log-mean-exp.js";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { LatentVariableModelOf } from "./types.js";

/** Options of {@link miwae}. */
export interface MiwaeOptions extends LatentOptions {
  /** Importance samples of each estimate, K. Default 8; a step costs about M·K times a VAE's. */
  readonly samples?: number;
  /** Estimates of the bound that are averaged, M. Default 8, with K the paper's best of 64 samples. */
  readonly estimates?: number;
}

/**
 * Importance-weighted autoencoder with several estimates: M bounds of K samples each, averaged. Between the VAE (K = 1), whose encoder
 * learns well, and the {@link iwae} (M = 1), whose bound is tight, at the price of M·K samples.
 *
 * Minimises, on average over the batch,
 *
 *     −1/M Σₘ log 1/K Σₖ wₘₖ,   wₘₖ = p(x|zₘₖ)·p(zₘₖ) / q(zₘₖ|x).
 *
 * Logs `miwae/meanLogWeight`, −log w on average: the VAE's bound of the same networks.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`. **Units**: nats per example.
 *
 * **Source**: Rainforth et al., "Tighter Variational Bounds are Not Necessarily Better", 2018, equation 9.
 * https://arxiv.org/abs/1802.04537
 *
 * @throws ShapeError when encoder, decoder and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { miwae } from "@latentkit/vae";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = miwae({
 *   encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 *   samples: 4, estimates: 2,
 * });
 * ```
 */
export const miwae: ModelFactory<MiwaeOptions, LatentVariableModelOf<"miwae">> = defineModel(
  "miwae",
  {
    ...latentOptions,
    samples: integer({ min: 1, default: 8 }),
    estimates: integer({ min: 1, default: 8 }),
  },
  ({ samples, estimates, ...parts }) => {
    const { model, pass, updates } = latentVariableModel({ owner: "miwae", ...parts });
    return {
      ...model,
      objectives: [
        {
          name: "miwae",
          updates,
          loss(batch, step) {
            const weights = pass(batch, step).logImportanceWeights(estimates * samples);
            const grouped = tf.reshape(weights, [weights.shape[0], estimates, samples]);
            const total = tf.neg(tf.mean<tf.Scalar>(logMeanExp(grouped)));
            return { total, parts: { meanLogWeight: tf.neg(tf.mean<tf.Scalar>(weights)) } };
          },
        },
      ],
    };
  },
);
