import type { ModelFactory } from "@latentkit/core";
import { apply, check, defineModel, integer, number } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { autoencoderOptions, autoencoderParts } from "./internal/autoencoder-parts.js";
import { keepLargest } from "./internal/keep-largest.js";
import type { Autoencoder, AutoencoderOptions } from "./types.js";

/** Options of {@link kSparseAutoencoder}. */
export interface KSparseAutoencoderOptions extends AutoencoderOptions {
  /** Units of the code that stay for an example; all others are 0. */
  readonly k: number;
  /** How many times `k` units stay when codes are used after training, as in the paper. Default 1. */
  readonly alpha?: number;
}

/**
 * k-sparse autoencoder: exactly the k largest values of each code stay. Sparsity without a penalty to tune.
 *
 * Minimises L(x, g(h ⊙ m)) with h = f(x) and m = 1 for the k largest values of h, 0 elsewhere; gradients pass the kept values
 * alone. The paper's encoder and decoder are one linear layer each, with tied weights.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`.
 *
 * **Units**: those of `loss`; nats per example for a likelihood.
 *
 * **Source**: Makhzani and Frey, "k-Sparse Autoencoders", 2014, algorithm 1, https://arxiv.org/abs/1312.5663
 *
 * @throws ShapeError when encoder, decoder and loss do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { kSparseAutoencoder } from "@latentkit/autoencoders";
 * import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
 * const shape = { latentDim: 100, hiddenUnits: [] };
 * const model = kSparseAutoencoder({
 *   encoder: mlpEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 *   k: 15,
 * });
 * ```
 */
export const kSparseAutoencoder: ModelFactory<KSparseAutoencoderOptions, Autoencoder> = defineModel(
  "kSparseAutoencoder",
  { ...autoencoderOptions, k: integer({ min: 1 }), alpha: number({ min: 1, default: 1 }) },
  ({ k, alpha, ...options }) => {
    const latentDim = options.encoder.outputs[0]!.shape.at(-1) as number;
    check("kSparseAutoencoder").integer("k", k, { min: 1, max: latentDim });
    const kept = Math.min(latentDim, Math.round(alpha * k));
    const { model, error } = autoencoderParts("kSparseAutoencoder", options, (h) => keepLargest(h, kept));
    return {
      ...model,
      objectives: [
        {
          name: "kSparseAutoencoder",
          updates: [options.encoder, options.decoder],
          loss({ x }, step) {
            const h = keepLargest(apply<tf.Tensor2D>(options.encoder, x, step), k);
            const reconstruction = error(x, apply(options.decoder, h, step));
            return { total: reconstruction, parts: { reconstruction } };
          },
        },
      ],
    };
  },
);
