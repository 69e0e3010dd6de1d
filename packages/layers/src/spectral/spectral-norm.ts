import * as tf from "@tensorflow/tfjs";

/**
 * A kernel divided by its largest singular value: `W / σ(W)`, with σ from one step of power iteration kept in `u`. The
 * gradient takes u and v for constants, so it is that of σ at convergence.
 *
 * **Source**: Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018, algorithm 1.
 * https://arxiv.org/abs/1802.05957
 *
 * @param kernel - Any shape whose last axis counts outputs.
 * @param u - `[outputs, 1]`, moved in training.
 */
export function spectralNormalized(kernel: tf.Tensor, u: tf.LayerVariable, training: boolean): tf.Tensor {
  return tf.tidy(() => {
    const matrix = tf.reshape(kernel, [-1, kernel.shape.at(-1)!]) as tf.Tensor2D; // [inputs, outputs]
    const fixed = stopGradient(matrix) as tf.Tensor2D;
    let right = u.read() as tf.Tensor2D;
    let left = unit(tf.matMul(fixed, right)); // [inputs, 1]
    if (training) {
      right = unit(tf.matMul(tf.transpose(fixed), left));
      left = unit(tf.matMul(fixed, right));
      u.write(right);
    }
    const sigma = tf.sum(tf.mul(left, tf.matMul(matrix, right)));
    return tf.div(kernel, sigma);
  });
}

function unit(vector: tf.Tensor2D): tf.Tensor2D {
  return tf.div(vector, tf.add(tf.sqrt(tf.sum(tf.square(vector))), 1e-12));
}

/** The value without its history. */
const stopGradient = tf.customGrad((x) => ({
  value: tf.clone(x as tf.Tensor),
  gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
})) as (x: tf.Tensor) => tf.Tensor;
