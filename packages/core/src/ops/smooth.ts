import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../check-tensor.js";

/**
 * A function of one tensor whose gradient is recomputed from its input. TensorFlow.js saves the *output* of exp, sigmoid
 * and tanh for their gradients, and a saved output is cut off the tape of a second derivative: gradient penalties through
 * them are wrong or throw (tensorflow/tfjs#3252).
 */
function recomputed(
  value: (x: tf.Tensor) => tf.Tensor,
  gradient: (dy: tf.Tensor, x: tf.Tensor) => tf.Tensor,
): (x: tf.Tensor) => tf.Tensor {
  return tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([x]);
    return { value: value(x), gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradient(dy, saved[0]!) };
  });
}

const exp = recomputed(tf.exp, (dy, x) => tf.mul(dy, exp(x)));
const sigmoid = recomputed(tf.sigmoid, (dy, x) => tf.mul(dy, tf.mul(sigmoid(x), sigmoid(tf.neg(x)))));
const tanh = recomputed(tf.tanh, (dy, x) => tf.mul(dy, tf.sub(1, tf.square(tanh(x)))));
const softplus = recomputed(tf.softplus, (dy, x) => tf.mul(dy, sigmoid(x)));
const erf = recomputed(tf.erf, (dy, x) => tf.mul(dy, tf.mul(2 / Math.sqrt(Math.PI), exp(tf.neg(tf.square(x))))));
const softmax = recomputed(
  (x) => tf.softmax(x),
  (dy, x) => {
    const shares = softmax(x);
    return tf.mul(shares, tf.sub(dy, tf.sum(tf.mul(dy, shares), -1, true)));
  },
);
const logSumExp = recomputed(
  (x) => tf.logSumExp(x, -1),
  // Not eˣ over the sum's logarithm: among logits of a million, float32 rounds that by more than the shares differ.
  (dy, x) => tf.mul(tf.expandDims(dy, -1), softmax(x)),
);

/** eˣ with derivatives of every order. */
export function smoothExp<T extends tf.Tensor>(x: T): T {
  checkTensor("smoothExp", "x", x);
  return exp(x) as T;
}

/** The logistic function 1 / (1 + e⁻ˣ) with derivatives of every order. */
export function smoothSigmoid<T extends tf.Tensor>(x: T): T {
  checkTensor("smoothSigmoid", "x", x);
  return sigmoid(x) as T;
}

/** tanh x with derivatives of every order. */
export function smoothTanh<T extends tf.Tensor>(x: T): T {
  checkTensor("smoothTanh", "x", x);
  return tanh(x) as T;
}

/** log(1 + eˣ) with derivatives of every order. */
export function smoothSoftplus<T extends tf.Tensor>(x: T): T {
  checkTensor("smoothSoftplus", "x", x);
  return softplus(x) as T;
}

/** The error function 2/√π ∫₀ˣ exp(−t²) dt with derivatives of every order. */
export function smoothErf<T extends tf.Tensor>(x: T): T {
  checkTensor("smoothErf", "x", x);
  return erf(x) as T;
}

/** log Σ eˣ over the last axis, which is dropped: `[…, n]` → `[…]`, with derivatives of every order. */
export function smoothLogSumExp(x: tf.Tensor): tf.Tensor {
  checkTensor("smoothLogSumExp", "x", x);
  return logSumExp(x);
}
