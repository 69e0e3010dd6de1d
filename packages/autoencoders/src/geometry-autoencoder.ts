import type { Batch, ModelFactory, Schedule } from "@latentkit/core";
import { apply, defineModel, schedule } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { autoencoderOptions, autoencoderParts } from "./internal/autoencoder-parts.js";
import type { Autoencoder, AutoencoderOptions } from "./types.js";

/** Options of {@link geometryAutoencoder}. */
export interface GeometryAutoencoderOptions extends AutoencoderOptions {
  /** Weight λ of the distance between codes and embedding. Default 1, for an embedding whose coordinates have deviations near 1. */
  readonly weight?: number | Schedule;
}

/** Data and where an embedding puts them, `[batch, latentDim]`. Only training needs the embedding. */
export type GeometryBatch = Batch & Readonly<{ x: tf.Tensor } & Partial<{ embedding: tf.Tensor }>>;

/**
 * Geometry-regularised autoencoder: the code learns a given embedding of the training data, such as `isomap` of
 * `@latentkit/metrics`, and the decoder its way back. Order along a curved manifold, which reconstruction alone does not ask for,
 * with what an embedding lacks: codes of new data, and data of new codes.
 *
 * Minimises L(x, g(f(x))) + λ·E‖f(x) − e(x)‖² with e the embedding. Logs `geometry`, the distance without its weight.
 *
 * **Shapes**: `batch.x` `[batch, …]`, `batch.embedding` and codes `[batch, latentDim]`.
 *
 * **Units**: those of `loss`; nats per example for a likelihood.
 *
 * **Source**: Duque, Morin, Wolf and Moon, "Extendable and Invertible Manifold Learning with Geometry Regularized Autoencoders",
 * 2020, equation 1, https://arxiv.org/abs/2007.07142
 *
 * @throws ShapeError when encoder, decoder, loss and embedding do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { geometryAutoencoder } from "@latentkit/autoencoders";
 * import { fromTensors, swissRoll } from "@latentkit/data";
 * import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
 * import { isomap } from "@latentkit/metrics";
 * import { train } from "@latentkit/training";
 * const roll = swissRoll({ count: 300 });
 * const data = await fromTensors({ x: roll.gather().x, embedding: await isomap(roll) });
 * const shape = { latentDim: 2, hiddenUnits: [64] };
 * const model = geometryAutoencoder({
 *   encoder: mlpEncoder({ inputShape: [3], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [3], ...shape }),
 * });
 * await train(model, data, { epochs: 1 });
 * ```
 */
export const geometryAutoencoder: ModelFactory<GeometryAutoencoderOptions, Autoencoder> = defineModel(
  "geometryAutoencoder",
  { ...autoencoderOptions, weight: schedule({ min: 0, default: 1 }) },
  ({ weight, ...options }) => {
    const { model, error } = autoencoderParts("geometryAutoencoder", options);
    return {
      ...model,
      fields: { ...model.fields, embedding: { shape: [null, model.latentDim] } },
      objectives: [
        {
          name: "geometryAutoencoder",
          updates: [options.encoder, options.decoder],
          loss({ x, embedding }: GeometryBatch, step) {
            const z = apply<tf.Tensor2D>(options.encoder, x, step);
            const reconstruction = error(x, apply(options.decoder, z, step));
            const geometry = tf.mean<tf.Scalar>(tf.sum(tf.squaredDifference(z, embedding!), 1));
            const total = tf.add<tf.Scalar>(reconstruction, tf.mul(step.schedule(weight), geometry));
            return { total, parts: { reconstruction, geometry } };
          },
        },
      ],
    };
  },
);
