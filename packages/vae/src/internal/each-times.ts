import * as tf from "@tensorflow/tfjs";

/** Each example `times` times in a row: `[batch, …]` → `[batch · times, …]`. */
export function eachTimes(x: tf.Tensor, times: number): tf.Tensor {
  if (times === 1) return x;
  const [batch, ...rest] = x.shape as [number, ...number[]];
  const copies = tf.tile(tf.reshape(x, [batch, 1, x.size / batch]), [1, times, 1]); // [batch, times, values]
  return tf.reshape(copies, [batch * times, ...rest]);
}
