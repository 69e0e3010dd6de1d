import * as tf from "@tensorflow/tfjs";
import { check } from "../check.js";
import { checkTensor } from "../check-tensor.js";

/** How codes are joined: in a straight line, or along the great circle between their directions. */
export type InterpolationPath = "linear" | "spherical";

const PATHS: readonly InterpolationPath[] = ["linear", "spherical"];

/** Below this sine of the angle between two codes the great circle is the straight line, or is not defined. */
const SMALLEST_SINE = 1e-4;

/**
 * Joins pairs of codes by evenly spaced codes, both ends included.
 *
 * `linear` is (1 − t)·a + t·b. `spherical` is sin((1 − t)Ω)/sin Ω · a + sin(tΩ)/sin Ω · b with Ω the angle between a and
 * b: the codes between two draws from a high-dimensional Gaussian then have the length that draws have, where the middle
 * of a straight line is shorter than almost any draw. Codes that point the same way or opposite ways are joined by the
 * straight line.
 *
 * **Shapes**: `a`, `b` `[pairs, latentDim]` → `[pairs · steps, latentDim]`, path after path: decoded and laid out with
 * `steps` columns, each row is one path.
 *
 * **Source**: Shoemake, "Animating Rotation with Quaternion Curves", 1985, section 3.3,
 * https://doi.org/10.1145/325165.325242; White, "Sampling Generative Networks", 2016, section 2,
 * https://arxiv.org/abs/1609.04468
 *
 * @param steps - Codes on each path, at least 2.
 * @throws ConfigError for fewer than 2 steps or an unknown path; ShapeError unless both are `[pairs, latentDim]`.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { interpolateCodes } from "@latentkit/core";
 * const path = interpolateCodes(tf.tensor2d([[0, 0]]), tf.tensor2d([[1, 2]]), 5); // [5, 2]
 * ```
 */
export function interpolateCodes(
  a: tf.Tensor,
  b: tf.Tensor,
  steps: number,
  path: InterpolationPath = "linear",
): tf.Tensor2D {
  check("interpolateCodes").integer("steps", steps, { min: 2 });
  check("interpolateCodes").oneOf("path", path, PATHS);
  checkTensor("interpolateCodes", "a", a, [null, null]);
  checkTensor("interpolateCodes", "b", b, a.shape);
  return tf.tidy(() => {
    const [pairs, latentDim] = a.shape as [number, number];
    const t = tf.tensor(Float32Array.from({ length: steps }, (_, i) => i / (steps - 1)));
    const [weightA, weightB] = path === "linear" ? [tf.sub(1, t), t] : sphericalWeights(a, b, t);
    const codes = tf.add(
      tf.mul(tf.expandDims(weightA, -1), tf.reshape(a, [pairs, 1, latentDim])),
      tf.mul(tf.expandDims(weightB, -1), tf.reshape(b, [pairs, 1, latentDim])),
    ); // [pairs, steps, latentDim]
    return tf.reshape(codes, [pairs * steps, latentDim]);
  });
}

/**
 * Weights of both ends: `[pairs, steps]` each. The angle Ω and its supplement come from the lengths of û ± v̂ (Kahan, "How Futile
 * are Mindless Assessments of Roundoff", 2006, section 12): the cosine of nearly equal or nearly opposite directions has lost them.
 */
function sphericalWeights(a: tf.Tensor, b: tf.Tensor, t: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [u, v] = [a, b].map((codes) => tf.divNoNan(codes, tf.norm(codes, 2, 1, true))) as [tf.Tensor, tf.Tensor];
  const apart = tf.norm(tf.sub(u, v), 2, 1, true); // 2 sin Ω/2: [pairs, 1]
  const along = tf.norm(tf.add(u, v), 2, 1, true); // 2 cos Ω/2
  const angle = tf.mul(2, tf.atan2(apart, along));
  const supplement = tf.mul(2, tf.atan2(along, apart));
  // sin sΩ; where the angle is wide and s large, as the sine of what is missing to π, so that s = 1 gives sin Ω exactly.
  const sine = (s: tf.Tensor): tf.Tensor => {
    const rest = tf.add(supplement, tf.mul(tf.sub(1, s), angle));
    const wide = tf.logicalAnd(tf.greater(angle, Math.PI / 2), tf.greater(s, 0.5)); // [pairs, steps]
    return tf.sin(tf.where(wide, rest, tf.mul(s, angle)));
  };
  const whole = sine(tf.ones([1]));
  const straight = tf.less(whole, SMALLEST_SINE);
  const divisor = tf.where(straight, tf.onesLike(whole), whole);
  const weight = (part: tf.Tensor): tf.Tensor => {
    const round = tf.div(sine(part), divisor); // [pairs, steps]
    return tf.where(tf.broadcastTo(straight, round.shape), tf.broadcastTo(part, round.shape), round);
  };
  return [weight(tf.sub(1, t)), weight(t)];
}
