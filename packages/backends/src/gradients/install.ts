import { correctCpuResizeGradients } from "../cpu/resize-gradient.js";
import { addLinearAdjoints } from "./linear.js";
import { addMaxPoolAdjoint } from "./max-pool.js";
import { recomputeOutputs } from "./outputs.js";
import { mendPiecewise } from "./piecewise.js";
import { refuseTheRest } from "./refuse.js";
import { correctFirstDerivatives } from "./shipped-errors.js";

let installed = false;

/**
 * Makes TensorFlow.js's gradients differentiable, so that gradient penalties (WGAN-GP, R1, contractive) through plain
 * `tf.layers` give right weight gradients. First derivatives stay as they were, where they were right: those of average
 * pooling with padding and of running sums are corrected, and on cpu those of upsampling. {@link useBackend} calls it; call it
 * yourself when you select the backend with `tf.setBackend`.
 *
 * As shipped, tanh, sigmoid, swish, exp, softmax and elu give wrong second derivatives without an error, and leakyReLU,
 * selu, prelu, relu6, max, min, maximum, minimum, clipping, pooling, resizing and depthwise convolutions throw. Comparisons
 * get the gradient zero. What still has no second derivative (3-D convolution and pooling, local response
 * normalisation, dilation) throws an UnsupportedError with the layer's name.
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
  correctCpuResizeGradients();
  correctFirstDerivatives();
  recomputeOutputs();
  mendPiecewise();
  addLinearAdjoints();
  addMaxPoolAdjoint();
  refuseTheRest();
}
