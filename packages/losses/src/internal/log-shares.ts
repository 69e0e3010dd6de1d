import { smoothLogSumExp } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** log softmax over the last axis, with derivatives of every order. */
export function logShares(logits: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sub(logits, tf.expandDims(smoothLogSumExp(logits), -1)));
}
