import * as tf from "@tensorflow/tfjs";

/** |x| with a gradient of 0 at 0. That of `tf.abs` is −1, which would move silent units and push exact reconstructions away. */
export function absolute(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.add(tf.relu(x), tf.relu(tf.neg(x))));
}
