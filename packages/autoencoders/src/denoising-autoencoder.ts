import type { ModelFactory } from "@latentkit/core";
import { apply, defineModel, layer } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { autoencoderOptions, autoencoderParts } from "./internal/autoencoder-parts.js";
import type { Autoencoder, AutoencoderOptions } from "./types.js";

/** Options of {@link denoisingAutoencoder}. */
export interface DenoisingAutoencoderOptions extends AutoencoderOptions {
  /**
   * What damages the input: a layer that changes it at random in training, such as `maskingNoise`, `seededGaussianNoise` or
   * `saltAndPepperNoise` of `@latentkit/layers`.
   */
  readonly corruption: tf.layers.Layer;
}

/**
 * Denoising autoencoder: sees a damaged example and restores the clean one. To do so it has to know how the values of an example
 * depend on each other, which makes its codes useful even where they are larger than the data.
 *
 * Minimises E[L(x, g(f(x̃)))] with x̃ ~ C(x̃|x) drawn anew for each batch, in validation too.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`.
 *
 * **Units**: those of `loss`; nats per example for a likelihood.
 *
 * **Source**: Vincent, Larochelle, Lajoie, Bengio and Manzagol, "Stacked Denoising Autoencoders", 2010, section 3.1,
 * https://jmlr.org/papers/v11/vincent10a.html
 *
 * @throws ShapeError when encoder, decoder and loss do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { denoisingAutoencoder } from "@latentkit/autoencoders";
 * import { maskingNoise, mlpDecoder, mlpEncoder } from "@latentkit/layers";
 * const shape = { latentDim: 64, hiddenUnits: [] };
 * const model = denoisingAutoencoder({
 *   encoder: mlpEncoder({ inputShape: [28, 28, 1], ...shape, outputActivation: "relu" }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 *   corruption: maskingNoise({ rate: 0.25 }),
 * });
 * ```
 */
export const denoisingAutoencoder: ModelFactory<DenoisingAutoencoderOptions, Autoencoder> = defineModel(
  "denoisingAutoencoder",
  { ...autoencoderOptions, corruption: layer() },
  ({ corruption, ...options }) => {
    const { model, error } = autoencoderParts("denoisingAutoencoder", options);
    return {
      ...model,
      objectives: [
        {
          name: "denoisingAutoencoder",
          updates: [options.encoder, options.decoder],
          loss({ x }, step) {
            const damaged = corruption.apply(x, { training: true }) as tf.Tensor;
            const reconstruction = error(x, apply(options.decoder, apply(options.encoder, damaged, step), step));
            return { total: reconstruction, parts: { reconstruction } };
          },
        },
      ],
    };
  },
);
