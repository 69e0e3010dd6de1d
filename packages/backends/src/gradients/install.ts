import { mendCpu } from "../cpu/install.js";
import { setConvolutionGradients } from "./convolution.js";
import { setConvolution3dGradients } from "./convolution-3d.js";
import { setMatrixGradients } from "./matrix.js";
import { setMaxPoolingGradients } from "./max-pool.js";
import { setMovementGradients } from "./movement.js";
import { setNormalizationGradient } from "./normalization.js";
import { mendPiecewise } from "./piecewise.js";
import { setAveragePoolingGradients } from "./pooling.js";
import { setReductionGradients } from "./reductions.js";
import { refuseTheRest } from "./refuse.js";
import { setResizingGradients } from "./resizing.js";
import { correctFirstDerivatives } from "./shipped-errors.js";
import { openOperations, orderTape } from "./tape.js";

let installed = false;

/**
 * Makes TensorFlow.js's gradients right and differentiable, so that training, and gradient penalties (WGAN-GP, R1, contractive)
 * through plain `tf.layers`, give right weight gradients. {@link useBackend} calls it; call it yourself when you select the
 * backend with `tf.setBackend`.
 *
 * As shipped, tanh, sigmoid, swish, exp, softmax, logSoftmax and elu give wrong second derivatives without an error, and
 * leakyReLU, selu, prelu, relu6, max, min, maximum, minimum, clipping, pooling, resizing and depthwise convolutions throw.
 * First derivatives are wrong for average pooling with padding, mirrored padding, equal extremes of `max` and `min`, the
 * absolute value at 0, rounding modes, casts to integers, running sums; and missing for dilated, 3-D transposed and einsum
 * products, strided slices, splits into one part, broadcast batches.
 *
 * Comparisons get the gradient zero. What still has none (resizing with half-pixel centres, Fourier transforms, warps), or no
 * second one (local response normalisation, morphological dilation), throws an UnsupportedError with the operation's name.
 *
 * **Source**: the cause is tensorflow/tfjs#3252, https://github.com/tensorflow/tfjs/issues/3252.
 *
 * @example
 * ```ts
 * import { installGradients } from "@latentkit/backends";
 * import * as tf from "@tensorflow/tfjs";
 * installGradients();
 * const slope = tf.grad((x: tf.Tensor) => tf.sum(tf.square(tf.grad((at: tf.Tensor) => tf.sum(tf.tanh(at)))(x))));
 * ```
 */
export function installGradients(): void {
  if (installed) return;
  installed = true;
  orderTape();
  openOperations();
  mendCpu();
  correctFirstDerivatives();
  mendPiecewise();
  setReductionGradients();
  setMovementGradients();
  setMatrixGradients();
  setNormalizationGradient();
  setConvolutionGradients();
  setConvolution3dGradients();
  setAveragePoolingGradients();
  setMaxPoolingGradients();
  setResizingGradients();
  refuseTheRest();
}
