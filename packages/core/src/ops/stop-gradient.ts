import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../check-tensor.js";

/** The value without its history: gradients take it for a constant. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  checkTensor("stopGradient", "x", x);
  return stopped(x) as T;
}

const stopped = tf.customGrad((x) => ({
  value: tf.clone(x as tf.Tensor),
  gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
})) as (x: tf.Tensor) => tf.Tensor;
