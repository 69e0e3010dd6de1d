import { random } from "@latentkit/core";
import { type MlpDiscriminatorOptions, mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";

/** A small pair for points in the plane. */
export function planePair(discriminator: Partial<MlpDiscriminatorOptions> = {}): {
  generator: tf.LayersModel;
  discriminator: tf.LayersModel;
} {
  return {
    generator: mlpGenerator({ latentDim: 3, hiddenUnits: [8], outputShape: [2], seed: 1 }),
    discriminator: mlpDiscriminator({
      inputShape: [2],
      hiddenUnits: [8],
      activation: "softplus",
      seed: 1,
      ...discriminator,
    }),
  };
}

/** Points in the plane with class numbers below four. */
export function points(count = 6): { x: tf.Tensor; label: tf.Tensor } {
  return {
    x: random(5).stream("points").normal([count, 2]),
    label: tf.tensor1d(
      Array.from({ length: count }, (_, i) => i % 4),
      "int32",
    ),
  };
}

/** The value of a scalar. */
export async function readScalar(scalar: tf.Tensor): Promise<number> {
  return (await scalar.data())[0]!;
}

/** A batch of points without classes. */
export function dataBatch(): { x: tf.Tensor } {
  return { x: random(5).stream("points").normal([6, 2]) };
}

type Pair = ReturnType<typeof planePair>;

/** Builds that must fail whatever the loss. */
export const misfits = (make: (options: Pair) => unknown): Record<string, () => unknown> => ({
  "a discriminator of other examples": () => make(planePair({ inputShape: [3] })),
  "a discriminator with two outputs": () => make(planePair({ heads: [2] })),
  "a misspelt option": () => make({ ...planePair(), latentDims: 2 } as Pair),
  "no discriminator update": () => make({ ...planePair(), discriminatorSteps: 0 } as Pair),
  "an unknown prior": () => make({ ...planePair(), prior: "cauchy" } as Pair),
});
