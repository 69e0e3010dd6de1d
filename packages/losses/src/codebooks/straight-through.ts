import * as tf from "@tensorflow/tfjs";

/** The value of `quantized` to the last bit, with the gradient handed to `x` as it is: z + sg[e − z] without its rounding. */
export const straightThrough: (x: tf.Tensor, quantized: tf.Tensor) => tf.Tensor = tf.customGrad((...args) => {
  const [, quantized] = args as unknown as [tf.Tensor, tf.Tensor];
  return { value: tf.clone(quantized), gradFunc: (dy: tf.Tensor) => [dy, tf.zerosLike(dy)] };
}) as (x: tf.Tensor, quantized: tf.Tensor) => tf.Tensor;
