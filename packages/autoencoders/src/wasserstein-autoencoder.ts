import type { ModelFactory, SamplesAtOnce, Schedule } from "@latentkit/core";
import { apply, defineModel, number, schedule } from "@latentkit/core/authoring";
import { maximumMeanDiscrepancy } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { autoencoderOptions, autoencoderParts } from "./internal/autoencoder-parts.js";
import { samplesFromPrior } from "./internal/samples-from-prior.js";
import type { Autoencoder, AutoencoderOptions } from "./types.js";

/** Options of {@link wassersteinAutoencoder}. */
export interface WassersteinAutoencoderOptions extends AutoencoderOptions {
  /**
   * Weight λ of the distance between codes and prior. Default 0.01, for the default loss, a mean over the values of an image.
   * The paper takes 10 for errors that are summed over the values.
   */
  readonly weight?: number | Schedule;
  /** Variance σ² of each dimension of the prior. Default 1. */
  readonly priorVariance?: number;
}

/** What {@link wassersteinAutoencoder} returns: it can draw new data too. */
export interface WassersteinAutoencoder extends Autoencoder, SamplesAtOnce {}

/**
 * Wasserstein autoencoder (WAE-MMD): the codes of all data together, not those of each example as in a VAE, are pulled towards the
 * prior. An autoencoder, with its sharp reconstructions, that can be sampled.
 *
 * Minimises L(x, g(f(x))) + λ·MMDₖ(q(z), p(z)) with p = N(0, σ²I), and the maximum mean discrepancy estimated without bias from
 * one batch of codes and one of prior draws, under the sum of inverse multiquadratics k(a, b) = C / (C + ‖a − b‖²),
 * C = 2·latentDim·σ²·s for s = 0.1, 0.2, 0.5, 1, 2, 5, 10. Logs `discrepancy` without its weight.
 *
 * The encoder is a function, not a distribution, and the loss no bound of a likelihood, which is why the model is here and not among
 * the VAEs.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`. Batches of 100 and more.
 *
 * **Units**: those of `loss`; nats per example for a likelihood.
 *
 * **Source**: Tolstikhin, Bousquet, Gelly and Schölkopf, "Wasserstein Auto-Encoders", 2018, algorithm 2 and section 4,
 * https://arxiv.org/abs/1711.01558
 *
 * @throws ShapeError when encoder, decoder and loss do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { wassersteinAutoencoder } from "@latentkit/autoencoders";
 * import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = wassersteinAutoencoder({
 *   encoder: mlpEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 * });
 * ```
 */
export const wassersteinAutoencoder: ModelFactory<WassersteinAutoencoderOptions, WassersteinAutoencoder> = defineModel(
  "wassersteinAutoencoder",
  {
    ...autoencoderOptions,
    weight: schedule({ min: 0, default: 0.01 }),
    priorVariance: number({ above: 0, default: 1 }),
  },
  ({ weight, priorVariance, ...options }) => {
    const { model, error } = autoencoderParts("wassersteinAutoencoder", options);
    const deviation = Math.sqrt(priorVariance);
    return {
      ...model,
      sample: samplesFromPrior("wassersteinAutoencoder", model, deviation),
      objectives: [
        {
          name: "wassersteinAutoencoder",
          updates: [options.encoder, options.decoder],
          loss({ x }, step) {
            const z = apply<tf.Tensor2D>(options.encoder, x, step);
            const reconstruction = error(x, apply(options.decoder, z, step));
            const prior = tf.mul(step.random.normal(z.shape), deviation);
            const discrepancy = maximumMeanDiscrepancy(z, prior, { scale: 2 * model.latentDim * priorVariance });
            const total = tf.add<tf.Scalar>(reconstruction, tf.mul(step.schedule(weight), discrepancy));
            return { total, parts: { reconstruction, discrepancy } };
          },
        },
      ],
    };
  },
);
