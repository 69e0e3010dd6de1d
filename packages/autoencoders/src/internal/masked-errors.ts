import { sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** Squared errors of sequences, and over how many values they are sums: `[batch]` each. */
export interface SquaredErrors {
  readonly sums: tf.Tensor1D;
  readonly counts: tf.Tensor1D;
}

/** Sums of (x − y)² over the steps whose mask is 1, or over all: `[batch, steps, …]` → `[batch]`. */
export function squaredErrors(x: tf.Tensor, y: tf.Tensor, mask: tf.Tensor | undefined): SquaredErrors {
  const [batch, steps, ...rest] = x.shape as [number, number, ...number[]];
  const features = sizeOf(rest);
  const perStep = tf.sum(tf.reshape(tf.squaredDifference(x, y), [batch, steps, features]), 2); // [batch, steps]
  const real = mask ?? tf.ones([batch, steps]);
  return { sums: tf.sum(tf.mul(perStep, real), 1), counts: tf.mul(tf.sum(real, 1), features) };
}

/** The mean of squared errors; 0 where there is nothing to have one of. */
export function meanOf<T extends tf.Tensor>(sums: T, counts: T): T {
  return tf.div(sums, tf.add(counts, tf.cast(tf.equal(counts, 0), "float32")));
}

/** Sequences with 0 in the steps whose mask is 0. */
export function withoutPadding(y: tf.Tensor, mask: tf.Tensor | undefined): tf.Tensor {
  if (mask === undefined) return y;
  const [batch, steps] = y.shape as [number, number];
  return tf.mul(y, tf.reshape(mask, [batch, steps, ...y.shape.slice(2).map(() => 1)]));
}
