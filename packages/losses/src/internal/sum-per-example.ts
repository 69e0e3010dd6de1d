import { sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** Sums all but the first axis: `[batch, …]` → `[batch]`. */
export function sumPerExample(x: tf.Tensor): tf.Tensor1D {
  return tf.tidy(() => tf.sum(rows(x), 1) as tf.Tensor1D);
}

/** Means over all but the first axis: `[batch, …]` → `[batch]`. */
export function meanPerExample(x: tf.Tensor): tf.Tensor1D {
  return tf.tidy(() => tf.mean(rows(x), 1) as tf.Tensor1D);
}

function rows(x: tf.Tensor): tf.Tensor2D {
  const [batch = 1, ...rest] = x.shape;
  return tf.reshape(x, [batch, sizeOf(rest)]); // [batch, …] → [batch, values]
}
