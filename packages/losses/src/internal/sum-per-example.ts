import { sizeOf } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** Sums all but the first axis: `[batch, …]` → `[batch]`. */
export function sumPerExample(x: tf.Tensor): tf.Tensor1D {
  const [batch = 1, ...rest] = x.shape;
  const size = sizeOf(rest);
  return tf.sum(tf.reshape(x, [batch, size]), 1) as tf.Tensor1D; // [batch, values] → [batch]
}
