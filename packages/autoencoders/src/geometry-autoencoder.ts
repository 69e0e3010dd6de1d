import { apply, check, checkShape, type DataBatch, type Schedule } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { autoencoderModel } from "./internal/autoencoder-model.js";
import { numberOrNull } from "./internal/saved-settings.js";
import type { Autoencoder, AutoencoderOptions } from "./types.js";

/** Options of {@link geometryAutoencoder}. */
export interface GeometryAutoencoderOptions extends AutoencoderOptions {
  /** Weight λ of the distance between codes and embedding; default 1, for an embedding whose coordinates have deviations near 1. */
  readonly weight?: number | Schedule;
}

/** Data and where an embedding puts them, `[batch, latentDim]`. Only training needs the embedding. */
export type GeometryBatch = DataBatch & Readonly<Partial<{ embedding: tf.Tensor }>>;

/**
 * Geometry-regularised autoencoder: the code learns a given embedding of the training data, such as `isomap` of
 * `@latentkit/metrics`, and the decoder its way back. Order along a curved manifold, which reconstruction alone does not ask for,
 * with what an embedding lacks: codes of new data, and data of new codes.
 *
 * Minimises L(x, g(f(x))) + λ·E‖f(x) − e(x)‖² with e the embedding. Logs `geometry`, the distance without its weight.
 *
 * **Shapes**: `batch.x` `[batch, …]`, `batch.embedding` and codes `[batch, latentDim]`.
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
export function geometryAutoencoder(options: GeometryAutoencoderOptions): Autoencoder {
  const { encoder, decoder, weight = 1 } = options;
  const owner = "geometryAutoencoder";
  const checks = check(owner);
  checks.known(options, ["encoder", "decoder", "loss", "weight"]);
  if (typeof weight === "number") checks.number("weight", weight, { min: 0 });
  const { model, error } = autoencoderModel(owner, options, { weight: numberOrNull(weight) });
  return {
    ...model,
    objectives: [
      {
        name: owner,
        updates: [encoder, decoder],
        loss({ x, embedding }: GeometryBatch, step) {
          const z = apply<tf.Tensor2D>(encoder, x, step);
          const reconstruction = error(x, apply(decoder, z, step));
          const geometry = tf.mean<tf.Scalar>(tf.sum(tf.squaredDifference(z, embedding!), 1));
          const total = tf.add<tf.Scalar>(reconstruction, tf.mul(step.schedule(weight), geometry));
          return { total, parts: { reconstruction, geometry } };
        },
      },
    ],
    checkBatch({ x, embedding }: GeometryBatch) {
      model.checkBatch!({ x });
      checkShape(owner, "batch.embedding", embedding?.shape ?? [], [x.shape[0]!, model.latentDim]);
    },
  };
}
