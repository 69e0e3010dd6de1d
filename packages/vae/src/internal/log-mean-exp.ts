import { smoothLogSumExp } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** log 1/k Σ eˣ over the last axis, which is dropped: the importance-weighted bound of k log weights. */
export function logMeanExp(logWeights: tf.Tensor): tf.Tensor {
  return tf.sub(smoothLogSumExp(logWeights), Math.log(logWeights.shape.at(-1)!));
}
