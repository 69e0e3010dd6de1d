import type { ModelFactory, Schedule } from "@latentkit/core";
import { defineModel, integer, schedule } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { logMeanExp } from "./internal/log-mean-exp.js";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { LatentVariableModelOf } from "./types.js";

/** Options of {@link ciwae}. */
export interface CiwaeOptions extends LatentOptions {
  /** Importance samples an example, K. Default 64, the paper's. */
  readonly samples?: number;
  /** Share β of the VAE's bound, from 0, the importance-weighted autoencoder, to 1, the VAE. Default 0.05. */
  readonly beta?: number | Schedule;
}

/**
 * Combination of importance-weighted autoencoder and VAE: a share of the VAE's bound, whose gradient tells the encoder what to do,
 * beside the tight bound of {@link iwae}.
 *
 * Minimises, on average over the batch, with the same K samples for both,
 *
 *     −β · 1/K Σₖ log wₖ − (1 − β) · log 1/K Σₖ wₖ,   wₖ = p(x|zₖ)·p(zₖ) / q(zₖ|x).
 *
 * Logs `ciwae/meanLogWeight`, the first term without its weight.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`. **Units**: nats per example.
 *
 * **Source**: Rainforth et al., "Tighter Variational Bounds are Not Necessarily Better", 2018, equation 10.
 * https://arxiv.org/abs/1802.04537
 *
 * @throws ShapeError when encoder, decoder and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { ciwae } from "@latentkit/vae";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = ciwae({
 *   encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 *   samples: 5,
 * });
 * ```
 */
export const ciwae: ModelFactory<CiwaeOptions, LatentVariableModelOf<"ciwae">> = defineModel(
  "ciwae",
  {
    ...latentOptions,
    samples: integer({ min: 1, default: 64 }),
    beta: schedule({ min: 0, max: 1, default: 0.05 }),
  },
  ({ samples, beta, ...parts }) => {
    const { model, pass, updates } = latentVariableModel({ owner: "ciwae", ...parts });
    return {
      ...model,
      objectives: [
        {
          name: "ciwae",
          updates,
          loss(batch, step) {
            const weights = pass(batch, step).logImportanceWeights(samples);
            const meanLogWeight = tf.neg(tf.mean<tf.Scalar>(weights));
            const tight = tf.neg(tf.mean<tf.Scalar>(logMeanExp(weights)));
            const total = tf.add<tf.Scalar>(tight, tf.mul(step.schedule(beta), tf.sub(meanLogWeight, tight)));
            return { total, parts: { meanLogWeight } };
          },
        },
      ],
    };
  },
);
