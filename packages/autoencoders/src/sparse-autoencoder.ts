import type { ModelFactory, Schedule } from "@latentkit/core";
import { apply, choice, defineModel, number, optional, schedule } from "@latentkit/core/authoring";
import { klSparsity, l1Activity } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { autoencoderOptions, autoencoderParts } from "./internal/autoencoder-parts.js";
import { checkCodeRange } from "./internal/check-code-range.js";
import type { Autoencoder, AutoencoderOptions } from "./types.js";

/** Options of {@link sparseAutoencoder}. */
export interface SparseAutoencoderOptions extends AutoencoderOptions {
  /**
   * `kl` (default) holds each unit's mean activation at `target`: for codes in [0, 1], an encoder with a sigmoid at its
   * end. `l1` shrinks the sum of absolute activations: for codes of any range.
   */
  readonly penalty?: "kl" | "l1";
  /** Wanted mean activation p of each unit, for `kl`. Default 0.05. */
  readonly target?: number;
  /**
   * Weight λ of the penalty. Default 0.02 for `kl`, 1e-4 for `l1`, for the default loss, a mean over the values of an example. More
   * `kl` holds the mean closer and costs reconstruction, because chance differences between batches are punished too; more `l1`
   * leaves units that never answer.
   */
  readonly weight?: number | Schedule;
}

/**
 * Sparse autoencoder: few units of the code answer to any one example, so that each comes to stand for something, also where the
 * code is larger than the data.
 *
 * Minimises L(x, g(h)) + λ·Ω(h) with h = f(x) and either Ω = Σⱼ KL(p ‖ qⱼ), qⱼ the mean of hⱼ over the batch,
 * KL(p ‖ q) = p·log(p/q) + (1−p)·log((1−p)/(1−q)), or Ω = Σⱼ |hⱼ|, averaged over the batch. Logs the penalty without its weight
 * and the mean activation.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`. With `kl` a batch should be large enough to measure a mean:
 * a hundred examples and more.
 *
 * **Units**: those of `loss`; nats per example for a likelihood.
 *
 * **Source**: Ng, "Sparse autoencoder", CS294A lecture notes, 2011, section 3,
 * https://web.stanford.edu/class/cs294a/sparseAutoencoder.pdf; Lee, Ekanadham and Ng, 2008.
 *
 * @throws ShapeError when encoder, decoder and loss do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { sparseAutoencoder } from "@latentkit/autoencoders";
 * import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
 * const shape = { latentDim: 100, hiddenUnits: [] };
 * const model = sparseAutoencoder({
 *   encoder: mlpEncoder({ inputShape: [28, 28, 1], ...shape, outputActivation: "sigmoid" }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 *   target: 0.05,
 * });
 * ```
 */
export const sparseAutoencoder: ModelFactory<SparseAutoencoderOptions, Autoencoder> = defineModel(
  "sparseAutoencoder",
  {
    ...autoencoderOptions,
    penalty: choice(["kl", "l1"], { default: "kl" }),
    target: number({ above: 0, below: 1, default: 0.05 }),
    weight: optional(schedule({ min: 0 })),
  },
  ({ penalty, target, weight = penalty === "kl" ? 0.02 : 1e-4, ...options }) => {
    const { model, error } = autoencoderParts("sparseAutoencoder", options);
    if (penalty === "kl") checkCodeRange("sparseAutoencoder", options.encoder);
    return {
      ...model,
      objectives: [
        {
          name: "sparseAutoencoder",
          updates: [options.encoder, options.decoder],
          loss({ x }, step) {
            const h = apply<tf.Tensor2D>(options.encoder, x, step);
            const reconstruction = error(x, apply(options.decoder, h, step));
            const sparsity = tf.mean<tf.Scalar>(penalty === "kl" ? klSparsity(target, h) : l1Activity(h));
            const total = tf.add<tf.Scalar>(reconstruction, tf.mul(step.schedule(weight), sparsity));
            return { total, parts: { reconstruction, sparsity, activation: tf.mean<tf.Scalar>(h) } };
          },
        },
      ],
    };
  },
);
