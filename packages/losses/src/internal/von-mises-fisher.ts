import { smoothExp, smoothLogSumExp, stopGradient } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { gaussLegendre } from "./gauss-legendre.js";

/** What the distribution of directions around a mean has of its concentration κ, each the shape of κ. */
export interface Concentration {
  /** log ∫₀^π exp(κ(cos θ − 1))·sin^(m−2) θ dθ: what normalises the angle from the mean. */
  readonly logNormalizer: tf.Tensor;
  /** 1 − A(κ), A the mean cosine, which is I_{m/2}(κ)/I_{m/2−1}(κ). */
  readonly complement: tf.Tensor;
}

const WHOLE = gaussLegendre(64);
const PART = gaussLegendre(48);

/**
 * Integrals over the angle from the mean, in place of Bessel functions, which overflow and whose ratio rounds to 1: every term here is
 * positive, and gradients of any order are those of the sum. The range is cut where the density has fallen by e⁻³⁰ and more.
 *
 * @param kappa - κ ≥ 0: `[rows, 1]`.
 * @param size - m ≥ 2, numbers of a direction.
 */
export function concentration(kappa: tf.Tensor, size: number): Concentration {
  const reach = tf.minimum(Math.PI, tf.div(Math.sqrt(size) + 8, tf.sqrt(tf.maximum(stopGradient(kappa), 1e-3))));
  const angles = tf.mul(tf.div(reach, 2), tf.tensor1d(WHOLE.places.map((place) => 1 + place))); // [rows, places]
  const bend = tf.mul(2, tf.square(tf.sin(tf.div(angles, 2)))); // 1 − cos θ without cancellation
  const measure = tf.add(logSines(angles, size), tf.log(tf.mul(tf.div(reach, 2), tf.tensor1d(WHOLE.weights))));
  const logs = tf.sub(measure, tf.mul(kappa, bend));
  const logNormalizer = tf.expandDims(smoothLogSumExp(logs), -1);
  const shares = smoothExp(tf.sub(logs, logNormalizer));
  return { logNormalizer, complement: tf.sum(tf.mul(shares, bend), -1, true) };
}

/** log of the area of the unit sphere of directions of `size` numbers, 2π^(m/2)/Γ(m/2). */
export function logSphereArea(size: number): number {
  // Areas of m and m − 2 differ by 2π/(m − 2); a circle measures 2π, two points 2.
  let log = Math.log(size % 2 === 0 ? 2 * Math.PI : 2);
  for (let m = size % 2 === 0 ? 4 : 3; m <= size; m += 2) log += Math.log((2 * Math.PI) / (m - 2));
  return log;
}

/** log q of directions at cosine 1 − `bend` from the mean, with respect to the sphere's area. */
export function logDensityOfBend(bend: tf.Tensor, kappa: tf.Tensor, size: number): tf.Tensor {
  const { logNormalizer } = concentration(kappa, size);
  return tf.sub(tf.neg(tf.mul(kappa, bend)), tf.add(logNormalizer, logSphereArea(size - 1)));
}

/**
 * `bend` = 1 − cos θ of draws, as a function of κ: gradients are d bend/dκ = −∂F/∂κ / q of the distribution function F, what a draw
 * by its inverse would have. They are exact also where draws were accepted or rejected.
 *
 * **Source**: Figurnov, Mohamed and Mnih, "Implicit Reparameterization Gradients", 2018, equation 5. https://arxiv.org/abs/1805.08498
 *
 * @param bend - Of the draws: `[rows, 1]`.
 */
export function drawnBend(bend: tf.Tensor, kappa: tf.Tensor, size: number): tf.Tensor {
  const attached = tf.customGrad((...args) => {
    // TensorFlow.js's type has tensors alone; what saves them is the last of the arguments.
    const [drawn, given, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([drawn, given]);
    return {
      value: tf.clone(drawn),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [at, concentrated] = saved as [tf.Tensor, tf.Tensor];
        return [tf.zerosLike(at), tf.mul(dy, bendSlope(at, concentrated, size))];
      },
    };
  });
  return (attached as (x: tf.Tensor, y: tf.Tensor) => tf.Tensor)(bend, kappa);
}

/** d(1 − cos θ)/dκ at a fixed value of the distribution function: `[rows, 1]`. */
export function bendSlope(bend: tf.Tensor, kappa: tf.Tensor, size: number): tf.Tensor {
  const { complement } = concentration(kappa, size);
  const angle = tf.mul(2, tf.asin(tf.sqrt(tf.clipByValue(tf.div(bend, 2), 1e-14, 1))));
  // −∂F/∂κ is ∫(A − cos s)·q(s) from 0 to θ, and as much with the other sign from θ to π: the tail that θ lies in is small and exact.
  const near = tf.less(bend, complement);
  const width = tf.div(10, tf.sqrt(tf.maximum(kappa, Math.max(size - 2, 1e-3))));
  const room = tf.where(near, angle, tf.sub(Math.PI, angle));
  const length = tf.minimum(width, room);
  const sign = tf.where(near, tf.onesLike(angle), tf.neg(tf.onesLike(angle)));
  const away = tf.mul(tf.div(length, 2), tf.tensor1d(PART.places.map((place) => 1 + place))); // [rows, places]
  const angles = tf.clipByValue(tf.sub(angle, tf.mul(sign, away)), 1e-7, Math.PI);
  const bends = tf.mul(2, tf.square(tf.sin(tf.div(angles, 2))));
  const logs = tf.sub(tf.sub(logSines(angles, size), logSines(angle, size)), tf.mul(kappa, tf.sub(bends, bend)));
  const terms = tf.mul(tf.sub(bends, complement), smoothExp(logs));
  const integral = tf.sum(tf.mul(tf.mul(terms, tf.tensor1d(PART.weights)), tf.div(length, 2)), -1, true);
  // dθ/dκ = sign · ∫(A-side terms): 1 − cos changes by sin θ of it.
  return tf.mul(tf.mul(sign, integral), tf.sin(angle));
}

/** (m − 2)·log sin θ. */
function logSines(angles: tf.Tensor, size: number): tf.Tensor {
  return tf.mul(size - 2, tf.log(tf.maximum(tf.sin(angles), 1e-30)));
}
