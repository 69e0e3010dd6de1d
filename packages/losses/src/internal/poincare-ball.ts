import { smoothExp } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

const LOG_2_PI = Math.log(2 * Math.PI);

/** What codes of the ball are called; equal for posteriors and priors of one curvature. */
export const ballCodes = (curvature: number): string => `points of the ball of curvature −${curvature}`;

/** Points are kept this far within the ball, as a share of its radius: float32 cannot tell those further out apart. */
const MARGIN = 1e-5;

const sum = (x: tf.Tensor): tf.Tensor => tf.sum(x, -1, true);
/** ‖x‖, with a derivative at 0. */
const norm = (x: tf.Tensor): tf.Tensor => tf.sqrt(tf.add(sum(tf.square(x)), 1e-12));

/** Draws points back that rounding has put on the ball's edge or beyond. */
export function within(z: tf.Tensor, curvature: number): tf.Tensor {
  const longest = (1 - MARGIN) / Math.sqrt(curvature);
  return tf.mul(z, tf.minimum(1, tf.div(longest, norm(z))));
}

/** x ⊕ y, Möbius' addition: `[…, latentDim]` each. */
export function mobiusAdd(x: tf.Tensor, y: tf.Tensor, c: number): tf.Tensor {
  const [xx, yy, xy] = [sum(tf.square(x)), sum(tf.square(y)), sum(tf.mul(x, y))];
  const along = tf.add(1, tf.mul(2 * c, xy));
  const first = tf.mul(tf.add(along, tf.mul(c, yy)), x);
  const second = tf.mul(tf.sub(1, tf.mul(c, xx)), y);
  return tf.div(tf.add(first, second), tf.maximum(tf.add(along, tf.mul(c * c, tf.mul(xx, yy))), 1e-15));
}

/** Where a straight line of length ‖v‖ from the origin along v ends: the ball's exponential map of v/λ₀. */
export function expAtOrigin(v: tf.Tensor, c: number): tf.Tensor {
  const length = norm(v);
  // tanh r = (1 − e^−2r)/(1 + e^−2r), which has derivatives of every order so.
  const small = smoothExp(tf.mul(-Math.sqrt(c), length));
  const reach = tf.div(tf.sub(1, small), tf.add(1, small));
  return within(tf.mul(v, tf.div(reach, tf.mul(Math.sqrt(c), length))), c);
}

/** The v of {@link expAtOrigin}: the point's direction, as long as it is far from the origin. */
export function logAtOrigin(z: tf.Tensor, c: number): tf.Tensor {
  const length = norm(z);
  const share = tf.minimum(tf.mul(Math.sqrt(c), length), 1 - MARGIN / 2);
  const distance = tf.div(tf.log(tf.div(tf.add(1, share), tf.sub(1, share))), Math.sqrt(c));
  return tf.mul(z, tf.div(distance, length));
}

/** exp_μ(v/λ_μ): as far from μ as v is long. */
export function expAt(mean: tf.Tensor, v: tf.Tensor, c: number): tf.Tensor {
  return within(mobiusAdd(mean, expAtOrigin(v, c), c), c);
}

/** λ_μ·log_μ(z): undoes {@link expAt}. */
export function logAt(mean: tf.Tensor, z: tf.Tensor, c: number): tf.Tensor {
  return logAtOrigin(mobiusAdd(tf.neg(mean), z, c), c);
}

/**
 * log density of the wrapped normal at the point that the tangent vector v leads to, by the ball's own volume:
 * log N(v; 0, σ²) + (d − 1)·log(r/sinh r), r = √c·‖v‖.
 */
export function wrappedLogDensity(v: tf.Tensor, logVariance: tf.Tensor | number, c: number): tf.Tensor {
  const latentDim = v.shape.at(-1)!;
  const spread = typeof logVariance === "number" ? Math.exp(-logVariance) : smoothExp(tf.neg(logVariance));
  const normal = tf.mul(-0.5, tf.add(tf.add(tf.mul(tf.square(v), spread), logVariance), LOG_2_PI));
  const stretched = tf.squeeze(logSinhRatio(tf.mul(Math.sqrt(c), norm(v))), [-1]);
  return tf.sub(tf.sum(normal, -1), tf.mul(latentDim - 1, stretched));
}

/** log(sinh r / r), by its series where the quotient would cancel. */
function logSinhRatio(r: tf.Tensor): tf.Tensor {
  const squared = tf.square(tf.minimum(r, 0.2));
  const series = tf.mul(squared, tf.sub(1 / 6, tf.mul(squared, tf.sub(1 / 180, tf.mul(squared, 1 / 2835)))));
  const far = tf.maximum(r, 0.2);
  const tail = tf.log(tf.sub(1, smoothExp(tf.mul(-2, far))));
  const direct = tf.sub(tf.add(tf.sub(far, Math.LN2), tail), tf.log(far));
  return tf.where(tf.greaterEqual(r, 0.2), direct, series); // `less` has no gradient in TensorFlow.js
}
