import type { RandomSource } from "@latentkit/core";
import { categoricalNoise, oneHot, smoothExp, smoothLogSumExp, truncatedNormal } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { logShares } from "./log-shares.js";

const LOG_2_PI = Math.log(2 * Math.PI);

/** A mixture of diagonal Gaussians. */
export interface DiagonalMixture {
  /** Unnormalised logarithms of the shares, `[components]`. */
  readonly logits: tf.Tensor1D;
  /** `[components, latentDim]`. */
  readonly means: tf.Tensor2D;
  /** `[components, latentDim]`. */
  readonly logVariances: tf.Tensor2D;
}

/** log Σₖ πₖ N(z; μₖ, σₖ²): `[…, latentDim]` → `[…]`. */
export function mixtureLogDensity({ logits, means, logVariances }: DiagonalMixture, z: tf.Tensor): tf.Tensor {
  const away = tf.sub(tf.expandDims(z, -2), means); // […, components, latentDim]
  const squares = tf.add(tf.mul(tf.square(away), smoothExp(tf.neg(logVariances))), tf.add(logVariances, LOG_2_PI));
  return smoothLogSumExp(tf.add(tf.mul(-0.5, tf.sum(squares, -1)), logShares(logits)));
}

/** Draws of it: `[count, latentDim]`. */
export function drawMixture(
  { logits, means, logVariances }: DiagonalMixture,
  count: number,
  random: RandomSource,
  { temperature, truncation }: { readonly temperature: number; readonly truncation?: number | undefined },
): tf.Tensor2D {
  const [components, latentDim] = means.shape;
  const shape = [count, latentDim];
  const chosen = chooseRows(tf.tile(tf.expandDims(logits, 0), [count, 1]), components, random);
  const noise = truncation === undefined ? random.normal(shape) : truncatedNormal(random, shape, truncation);
  const pick = (table: tf.Tensor2D): tf.Tensor => tf.matMul(chosen, table);
  const deviation = smoothExp(tf.div(pick(logVariances), 2));
  return tf.add(pick(means), tf.mul(tf.mul(noise, deviation), temperature)) as tf.Tensor2D;
}

/** One row of a table for each draw, as one-hot rows that multiply it: `[count, rows]`. */
export function chooseRows(logits: tf.Tensor, rows: number, random: RandomSource): tf.Tensor2D {
  return rows === 1 ? tf.ones([logits.shape[0]!, 1]) : oneHot(categoricalNoise(random, logits), rows);
}
