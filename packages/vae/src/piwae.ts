import type { ModelFactory } from "@latentkit/core";
import { defineModel, integer } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { logMeanExp } from "./internal/log-mean-exp.js";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { LatentVariableModelOf } from "./types.js";

/** Options of {@link piwae}. */
export interface PiwaeOptions extends LatentOptions {
  /** Importance samples of each of the encoder's estimates, K. Default 8; the decoder's one estimate has M·K. */
  readonly samples?: number;
  /** Estimates that the encoder's bound is averaged from, M. Default 8. */
  readonly estimates?: number;
}

/**
 * Partially importance-weighted autoencoder: the decoder is trained on the tight bound of {@link iwae}, the encoder on the looser one
 * of {@link miwae}, whose gradient tells it more. The best likelihoods of the family, for two passes a step.
 *
 * Two objectives take turns, each on a batch of its own: `decoder` moves p(x|z) and what a learned prior is made of to minimise
 * −log 1/(M·K) Σ w, `encoder` moves q(z|x) to minimise −1/M Σₘ log 1/K Σₖ wₘₖ. Each logs `meanLogWeight`, −log w on average.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`. **Units**: nats per example.
 *
 * **Source**: Rainforth et al., "Tighter Variational Bounds are Not Necessarily Better", 2018, section 6 and equations 2 and 9.
 * https://arxiv.org/abs/1802.04537
 *
 * @throws ShapeError when encoder, decoder and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { piwae } from "@latentkit/vae";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = piwae({
 *   encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 *   samples: 4, estimates: 2,
 * });
 * ```
 */
export const piwae: ModelFactory<PiwaeOptions, LatentVariableModelOf<"piwae">> = defineModel(
  "piwae",
  {
    ...latentOptions,
    samples: integer({ min: 1, default: 8 }),
    estimates: integer({ min: 1, default: 8 }),
  },
  ({ samples, estimates, ...parts }) => {
    const { model, pass } = latentVariableModel({ owner: "piwae", ...parts });
    const { encoder, decoder, prior, posterior } = parts;
    const bound = (weights: tf.Tensor2D, shape: number[]) => ({
      total: tf.neg(tf.mean<tf.Scalar>(logMeanExp(tf.reshape(weights, shape)))),
      parts: { meanLogWeight: tf.neg(tf.mean<tf.Scalar>(weights)) },
    });
    const count = estimates * samples;
    return {
      ...model,
      objectives: [
        {
          name: "decoder",
          updates: [decoder, ...Object.values(prior.networks ?? {})],
          loss: (batch, step) => bound(pass(batch, step).logImportanceWeights(count), [-1, count]),
        },
        {
          name: "encoder",
          updates: [encoder, ...Object.values(posterior.networks ?? {})],
          loss: (batch, step) => bound(pass(batch, step).logImportanceWeights(count), [-1, estimates, samples]),
        },
      ],
    };
  },
);
