import type { RandomSource } from "@latentkit/core";
import { truncatedNormal } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** How noise differs from a prior's own, as `checkDraw` gives it. */
export interface Tempering {
  readonly temperature: number;
  readonly truncation: number | undefined;
}

/** A stream whose normal noise is scaled and kept within bounds; uniform noise stays. */
export function tempered(random: RandomSource, { temperature, truncation }: Tempering): RandomSource {
  if (temperature === 1 && truncation === undefined) return random;
  return {
    normal: <R extends tf.Rank>(shape: readonly number[]) => {
      const noise = truncation === undefined ? random.normal(shape) : truncatedNormal(random, shape, truncation);
      return tf.mul(noise, temperature) as tf.Tensor<R>;
    },
    uniform: (shape, low, high) => random.uniform(shape, low, high),
  };
}
