import type { RandomSource } from "@latentkit/core";
import { oneHot } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { nearest, unit } from "./nearest.js";

/** Rounds of Lloyd's algorithm: later ones move centres little, and training moves them on. */
const ROUNDS = 10;

/** Centres and how many vectors are nearest to each. */
export interface Clusters {
  /** `[count, dim]`. */
  readonly centres: tf.Tensor2D;
  /** `[count]`. */
  readonly counts: tf.Tensor1D;
}

/**
 * Vectors of a batch in even distances, from a random one on: all different where there are as many. One uniform number is drawn.
 *
 * **Shapes** `[rows, dim]` → `[count, dim]`.
 */
export function spreadRows(vectors: tf.Tensor2D, count: number, random: RandomSource): tf.Tensor2D {
  return tf.tidy(() => {
    const rows = vectors.shape[0];
    const places = tf.add(tf.mul(tf.range(0, count), rows / count), tf.mul(random.uniform([1]), rows));
    const wrapped = tf.sub(places, tf.mul(tf.cast(tf.greaterEqual(places, rows), "float32"), rows));
    return tf.gather(vectors, tf.cast(tf.clipByValue(tf.floor(wrapped), 0, rows - 1), "int32"));
  });
}

/**
 * Clusters vectors by Lloyd's algorithm, ten rounds from vectors of the batch; a centre that is nearest to none stays where it is.
 *
 * **Shapes** `[rows, dim]` → `[count, dim]`.
 *
 * **Source** Lloyd, "Least squares quantization in PCM", 1982. https://doi.org/10.1109/TIT.1982.1056489
 *
 * @param spherical - Whether centres are kept at length 1.
 */
export function kMeans(vectors: tf.Tensor2D, count: number, random: RandomSource, spherical = false): Clusters {
  return tf.tidy(() => {
    let centres = spreadRows(vectors, count, random);
    for (let round = 0; round < ROUNDS; round++) {
      const hot = oneHot<tf.Rank.R2>(nearest(vectors, centres), count);
      const counts = tf.expandDims(tf.sum(hot, 0), 1); // [count, 1]
      const means = tf.div(tf.matMul(hot, vectors, true), tf.maximum(counts, 1));
      const moved = tf.where(tf.greater(counts, 0), spherical ? unit(means) : means, centres) as tf.Tensor2D;
      centres = moved;
    }
    return { centres, counts: tf.sum(oneHot(nearest(vectors, centres), count), 0) as tf.Tensor1D };
  });
}
