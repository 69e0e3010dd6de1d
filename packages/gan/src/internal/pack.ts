import { ShapeError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** Joins each `count` neighbours of a batch along the last axis; examples left over are dropped. */
export function packed(x: tf.Tensor, count: number): tf.Tensor {
  if (count === 1) return x;
  return tf.tidy(() => {
    const [batch, ...shape] = x.shape as [number, ...number[]];
    const packs = Math.floor(batch / count);
    if (packs === 0) {
      throw new ShapeError(`pack: expected a batch of at least ${count} examples, received ${batch}.`);
    }
    const whole = tf.slice(x, [0, ...shape.map(() => 0)], [packs * count, ...shape]);
    const channels = shape.at(-1)!;
    const places = shape.slice(0, -1);
    const apart = tf.reshape(whole, [packs, count, ...shape]); // [packs, count, …, channels]
    const order = [0, ...places.map((_, i) => i + 2), 1, shape.length + 1];
    return tf.reshape(tf.transpose(apart, order), [packs, ...places, count * channels]);
  });
}
