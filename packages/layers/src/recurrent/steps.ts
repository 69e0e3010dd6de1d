import * as tf from "@tensorflow/tfjs";

/** The steps of a sequence: `[batch, steps, values]` → `[batch, values]` each. TensorFlow.js has no gradient for one part alone. */
export function stepsOf(x: tf.Tensor): tf.Tensor2D[] {
  const [batch, steps, values] = x.shape as [number, number, number];
  return steps === 1 ? [tf.reshape(x, [batch, values])] : (tf.unstack(x, 1) as tf.Tensor2D[]);
}

/** Equal blocks of columns: `[batch, count · values]` → `[batch, values]` each. */
export function columnsOf(x: tf.Tensor, count: number): tf.Tensor2D[] {
  return count === 1 ? [x as tf.Tensor2D] : (tf.split(x, count, 1) as tf.Tensor2D[]);
}
