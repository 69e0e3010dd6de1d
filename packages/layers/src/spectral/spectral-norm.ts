import { stopGradient } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** Steps of power iteration when a layer is built: σ of a fresh kernel is right to about 0.1 %. */
const BUILD_STEPS = 100;

/** Steps in evaluation, from what is kept and without keeping more: weights may have been assigned since. */
const EVALUATION_STEPS = 30;

/**
 * A kernel divided by its largest singular value: `W / σ(W)`, with σ by power iteration from the direction kept in `u`. The
 * gradient takes u and v for constants, so it is that of σ at convergence.
 *
 * In training one step is done and kept, as in the paper. In evaluation more are done and none is kept, so that the norm is 1
 * before the first training step and after weights were assigned or averaged, and evaluating changes nothing.
 *
 * **Source**: Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018, algorithm 1.
 * https://arxiv.org/abs/1802.05957
 *
 * @param kernel - Any shape whose last axis counts outputs.
 * @param u - `[outputs, 1]`, moved in training.
 */
export function spectralNormalized(kernel: tf.Tensor, u: tf.LayerVariable, training: boolean): tf.Tensor {
  return tf.tidy(() => {
    const { sigma, direction } = largestSingularValue(kernel, u.read() as tf.Tensor2D, training ? 1 : EVALUATION_STEPS);
    if (training) u.write(direction);
    return tf.div(kernel, tf.add(sigma, TINY)); // a kernel of zeros stays one
  });
}

/**
 * The largest singular value of a kernel by power iteration, and the direction of its outputs to go on from. The gradient takes the
 * directions for constants.
 *
 * @param kernel - Any shape whose last axis counts outputs.
 * @param from - Where the iteration begins, `[outputs, 1]`.
 * @param steps - Of the iteration. Default 100, which settle a fresh kernel.
 */
export function largestSingularValue(
  kernel: tf.Tensor,
  from: tf.Tensor2D,
  steps: number = BUILD_STEPS,
): { readonly sigma: tf.Scalar; readonly direction: tf.Tensor2D } {
  return tf.tidy(() => {
    const matrix = asMatrix(kernel);
    const fixed = stopGradient(matrix);
    const direction = iterated(fixed, from, steps);
    const left = unit(tf.matMul(fixed, direction)); // [inputs, 1]
    return { sigma: tf.sum<tf.Scalar>(tf.mul(left, tf.matMul(matrix, direction))), direction };
  });
}

/** Turns the kept direction `u` to the largest singular value of a kernel that has just been made. */
export function settleDirection(kernel: tf.LayerVariable, u: tf.LayerVariable): void {
  const settled = tf.tidy(() => iterated(asMatrix(kernel.read()), u.read() as tf.Tensor2D, BUILD_STEPS));
  u.write(settled);
  settled.dispose();
}

const TINY = 1e-12;

function asMatrix(kernel: tf.Tensor): tf.Tensor2D {
  return tf.reshape(kernel, [-1, kernel.shape.at(-1)!]) as tf.Tensor2D; // [inputs, outputs]
}

/** Steps of power iteration: v ← Wu/‖Wu‖, u ← Wᵀv/‖Wᵀv‖. A kernel of zeros leaves u where it is. */
function iterated(matrix: tf.Tensor2D, u: tf.Tensor2D, steps: number): tf.Tensor2D {
  let right = u;
  for (let step = 0; step < steps; step++) {
    const left = unit(tf.matMul(matrix, right));
    right = unit(tf.add(tf.matMul(matrix, left, true), tf.mul(right, TINY)), 0);
  }
  return right;
}

function unit(vector: tf.Tensor2D, least: number = TINY): tf.Tensor2D {
  return tf.div(vector, tf.add(tf.sqrt(tf.sum(tf.square(vector))), least));
}
