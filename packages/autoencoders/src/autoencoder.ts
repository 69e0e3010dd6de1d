import type { ModelFactory } from "@latentkit/core";
import { apply, defineModel } from "@latentkit/core/authoring";
import { autoencoderOptions, autoencoderParts } from "./internal/autoencoder-parts.js";
import type { Autoencoder, AutoencoderOptions } from "./types.js";

/**
 * Autoencoder: an encoder that squeezes data through a code and a decoder that restores it. For dimensionality reduction,
 * features and anomaly scores; it says nothing about which codes are likely, so it is no generator: see `vae` for that.
 *
 * Minimises the reconstruction error L(x, g(f(x))) with f the encoder and g the decoder. With linear networks and mean squared
 * error the code spans the subspace of principal component analysis.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`.
 *
 * **Units**: those of `loss`; nats per example for a likelihood.
 *
 * **Source**: Hinton and Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", 2006,
 * https://doi.org/10.1126/science.1127647; Goodfellow, Bengio and Courville, "Deep Learning", 2016, equation 14.1.
 *
 * @throws ShapeError when encoder, decoder and loss do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { autoencoder } from "@latentkit/autoencoders";
 * import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = autoencoder({
 *   encoder: mlpEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 * });
 * ```
 */
export const autoencoder: ModelFactory<AutoencoderOptions, Autoencoder> = defineModel(
  "autoencoder",
  autoencoderOptions,
  (options) => {
    const { model, error } = autoencoderParts("autoencoder", options);
    return {
      ...model,
      objectives: [
        {
          name: "autoencoder",
          updates: [options.encoder, options.decoder],
          loss({ x }, step) {
            const reconstruction = error(x, apply(options.decoder, apply(options.encoder, x, step), step));
            return { total: reconstruction, parts: { reconstruction } };
          },
        },
      ],
    };
  },
);
