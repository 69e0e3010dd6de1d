import { smoothErf, smoothExp, smoothSigmoid, smoothSoftplus, smoothTanh } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** Names of the activations: see {@link activation}. */
export type ActivationKind =
  | "linear"
  | "relu"
  | "leakyRelu"
  | "elu"
  | "selu"
  | "gelu"
  | "silu"
  | "softplus"
  | "sigmoid"
  | "tanh";

/** Scale and α that keep mean 0 and variance 1: Klambauer et al., "Self-Normalizing Neural Networks", 2017, equation 14. */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

type Activate = (x: tf.Tensor, alpha: number) => tf.Tensor;

/** α·(eˣ − 1) below 0, x above; the exponent is kept ≤ 0 so that the unused branch cannot overflow. */
const elu: Activate = (x, alpha) => tf.add(tf.relu(x), tf.mul(alpha, tf.sub(smoothExp(tf.neg(tf.relu(tf.neg(x)))), 1)));

/** Every form is made of kernels whose gradients can be differentiated again; tfjs's own leakyRelu, elu and selu cannot. */
export const ACTIVATIONS: Readonly<Record<ActivationKind, Activate>> = {
  linear: (x) => tf.clone(x),
  relu: (x) => tf.relu(x),
  leakyRelu: (x, alpha) => tf.sub(tf.relu(x), tf.mul(alpha, tf.relu(tf.neg(x)))),
  elu,
  selu: (x) => tf.mul(SELU_SCALE, elu(x, SELU_ALPHA)),
  gelu: (x) => tf.mul(tf.mul(x, 0.5), tf.add(1, smoothErf(tf.mul(x, Math.SQRT1_2)))),
  silu: (x) => tf.mul(x, smoothSigmoid(x)),
  softplus: (x) => smoothSoftplus(x),
  sigmoid: (x) => smoothSigmoid(x),
  tanh: (x) => smoothTanh(x),
};

/** The names, in the order of messages. */
export const ACTIVATION_KINDS: readonly ActivationKind[] = Object.keys(ACTIVATIONS) as ActivationKind[];
