import { type DataBatch, type Model, type ModelFactory, seededInitializer } from "@latentkit/core";
import { apply, defineModel, integer, number } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** A regression from four values to themselves with batch normalisation and noise: all that a checkpoint has to carry. */
export const tinyModel: ModelFactory<
  { readonly noise?: number; readonly repeats?: number },
  Model<DataBatch>
> = defineModel(
  "tiny",
  { noise: number({ min: 0, default: 0.1 }), repeats: integer({ min: 1, default: 1 }) },
  ({ noise, repeats }) => {
    const initializer = (stream: string) => seededInitializer({ seed: 3, stream });
    const network = tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [4], units: 6, activation: "relu", kernelInitializer: initializer("hidden") }),
        tf.layers.batchNormalization(),
        tf.layers.dense({ units: 4, kernelInitializer: initializer("output") }),
      ],
    });
    const seen = tf.tidy(() => tf.variable(tf.scalar(0), false));
    return {
      networks: { network },
      state: { seen },
      fields: { x: { shape: [null, 4] } },
      objectives: [
        {
          name: "tiny",
          updates: [network],
          repeats,
          loss({ x }, step) {
            const noisy = tf.add(x, tf.mul(noise, step.random.normal(x.shape)));
            const reconstruction = tf.losses.meanSquaredError(x, apply(network, noisy, step)) as tf.Scalar;
            if (step.training) seen.assign(tf.add(seen, 1));
            return { total: reconstruction, parts: { reconstruction } };
          },
        },
      ],
    };
  },
);
