import * as tf from "@tensorflow/tfjs";

/** The `k` largest values of each row, the others 0; values equal to the k-th largest stay too. */
export function keepLargest(h: tf.Tensor2D, k: number): tf.Tensor2D {
  return tf.mul(h, maskOfLargest(k)(h)) as tf.Tensor2D;
}

/** The mask has no gradient: which values are largest is taken as given. */
function maskOfLargest(k: number): (h: tf.Tensor) => tf.Tensor {
  return tf.customGrad((h) => {
    const { values } = tf.topk(h as tf.Tensor2D, k);
    const threshold = tf.min(values, 1, true); // [batch, 1]
    const mask = tf.cast(tf.greaterEqual(h as tf.Tensor2D, threshold), "float32");
    return { value: mask, gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) };
  });
}
