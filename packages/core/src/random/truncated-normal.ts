import * as tf from "@tensorflow/tfjs";
import { check } from "../check.js";
import { checkRandom } from "./check-random.js";
import type { RandomSource } from "./random-source.js";

/** Coefficients of erf⁻¹ for central values and for tails, highest power first: single precision. */
const CENTRE = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];
const TAIL = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
];

/**
 * Standard normal values with absolute value at most `bound`, float32, by the inverse of their distribution function.
 *
 * @param bound - Above 0.
 *
 * **Source**: Giles, "Approximating the erfinv function", 2011, single precision.
 */
export function truncatedNormal(random: RandomSource, shape: readonly number[], bound: number): tf.Tensor {
  checkRandom("truncatedNormal", random);
  check("truncatedNormal").number("bound", bound, { above: 0 });
  return tf.tidy(() => {
    const edge = errorFunction(bound / Math.SQRT2);
    const u = random.uniform(shape, -edge, edge); // erf(z / √2)
    const w = tf.neg(tf.log(tf.sub(1, tf.square(u))));
    const polynomial = (coefficients: readonly number[], at: tf.Tensor): tf.Tensor =>
      coefficients
        .slice(1)
        .reduce((sum: tf.Tensor, c) => tf.add(tf.mul(sum, at), c), tf.fill(at.shape, coefficients[0]!));
    const centre = polynomial(CENTRE, tf.sub(w, 2.5));
    const tail = polynomial(TAIL, tf.sub(tf.sqrt(w), 3));
    const z = tf.mul(tf.mul(tf.where(tf.less(w, 5), centre, tail), u), Math.SQRT2);
    return tf.clipByValue(z, -bound, bound);
  });
}

/** erf(x) for x > 0 by its power series; beyond 4 it is 1 in single precision. */
function errorFunction(x: number): number {
  if (x > 4) return 1;
  let [sum, term] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
