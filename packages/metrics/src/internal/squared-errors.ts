import { ShapeError } from "@latentkit/core";
import { checkShape, showShape, sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** Values that one sum runs over: float32 loses count in sums of a million equal numbers. */
const CHUNK = 1024;

/**
 * Mean squared error of each example, over the steps whose mask is 1 or over all: `[batch]`. Integers are taken as the numbers they
 * are.
 */
export function squaredErrors(owner: string, x: tf.Tensor, y: tf.Tensor, mask?: tf.Tensor): tf.Tensor1D {
  if (x.rank < 2) {
    throw new ShapeError(`${owner}: expected \`x\` to have shape [batch, …], received ${showShape(x.shape)}.`);
  }
  checkShape(owner, "y", y.shape, x.shape);
  return tf.tidy(() => meanSquares(tf.sub(tf.cast(x, "float32"), tf.cast(y, "float32")), mask));
}

/** Mean square of the values of each example, over the steps whose mask is 1 or over all: `[batch, …]` → `[batch]`. */
export function meanSquares(x: tf.Tensor, mask?: tf.Tensor): tf.Tensor1D {
  const [batch, ...rest] = x.shape as [number, ...number[]];
  const size = sizeOf(rest);
  return tf.tidy(() => {
    const squares = tf.square(tf.cast(x, "float32"));
    if (mask === undefined) return tf.div(sumRows(tf.reshape(squares, [batch, size])), size) as tf.Tensor1D;
    const steps = mask.shape[1]!;
    const real = tf.cast(mask, "float32") as tf.Tensor2D;
    const perStep = tf.reshape(squares, [batch, steps, size / steps]);
    const counted = tf.reshape(tf.mul(perStep, tf.expandDims(real, 2)), [batch, size]) as tf.Tensor2D;
    // A sequence whose steps are all hidden has no error.
    return tf.div(sumRows(counted), tf.maximum(tf.mul(tf.sum(real, 1), size / steps), 1)) as tf.Tensor1D;
  });
}

/** 10·log₁₀(peak² / error) of each error. */
export function decibels(errors: tf.Tensor1D, peak: number): tf.Tensor1D {
  return tf.tidy(() => tf.mul(10 / Math.LN10, tf.sub(2 * Math.log(peak), tf.log(errors))));
}

/** Sums of rows, in two stages where they are long: `[n, size]` → `[n]`. */
function sumRows(rows: tf.Tensor2D): tf.Tensor1D {
  const [count, size] = rows.shape;
  if (size <= CHUNK) return tf.sum(rows, 1);
  const chunks = Math.ceil(size / CHUNK);
  const whole = tf.pad(rows, [
    [0, 0],
    [0, chunks * CHUNK - size],
  ]);
  return tf.sum(tf.sum(tf.reshape(whole, [count, chunks, CHUNK]), 2), 1); // [n, chunks, 1024] → [n]
}
