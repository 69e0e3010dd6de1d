import type { Posterior, RandomSource } from "@latentkit/core";
import {
  defineValue,
  integer,
  number,
  oneHot,
  smoothSoftplus,
  stopGradient,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { repeatedFor } from "../internal/relaxed.js";
import { concentration, drawnBend, logDensityOfBend, logSphereArea } from "../internal/von-mises-fisher.js";
import { DIRECTIONS } from "../priors/uniform-sphere.js";

/** Options of {@link vonMisesFisherPosterior}. */
export interface VonMisesFisherPosteriorOptions {
  /** Smallest concentration, which keeps draws from forgetting their mean early in training. Default 1, the paper's code's. */
  readonly minimumConcentration?: number;
  /** Proposals of which each draw is the first accepted. Default 16: none of them is accepted in less than one of 10⁷ draws. */
  readonly proposals?: number;
}

/**
 * Codes that are directions: the von Mises–Fisher distribution on the unit sphere around the encoder's mean direction,
 *
 *     q(z|x) = C(κ)·exp(κ·μᵀz),   μ = m/‖m‖,   κ = softplus(k) + minimumConcentration,
 *
 * for data whose factors are angles or periodic, and against posteriors that fall into the prior's middle. With {@link uniformSphere} its
 * divergence is closed, κ·A(κ) + log C(κ) + log |S|, A the mean of μᵀz. Build the encoder with `heads: [1]`:
 * `mlpEncoder({ inputShape, hiddenUnits, latentDim, heads: [1] })`.
 *
 * Draws are Wood's, the first accepted of a fixed number of proposals; where none is, the first proposal stands. Gradients of κ pass
 * through the distribution function, exactly, so that no correction for the rejected is left out.
 *
 * **Shapes**: mean `[batch, latentDim]`, concentration `[batch, 1]`; latentDim ≥ 2. **Units**: nats, densities by the sphere's area.
 *
 * **Source**: Davidson, Falorsi, De Cao, Kipf and Tomczak, "Hyperspherical Variational Auto-Encoders", 2018, equation 4 and algorithm 1,
 * https://arxiv.org/abs/1804.00891; Wood, "Simulation of the von Mises Fisher distribution", 1994; gradients: Figurnov, Mohamed and Mnih,
 * "Implicit Reparameterization Gradients", 2018, https://arxiv.org/abs/1805.08498
 *
 * @throws ConfigError for options that cannot work.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { vonMisesFisherPosterior } from "@latentkit/losses";
 * import * as tf from "@tensorflow/tfjs";
 * const outputs = [tf.ones<tf.Rank.R2>([4, 3]), tf.zeros<tf.Rank.R2>([4, 1])];
 * vonMisesFisherPosterior().draw(outputs, random(1)).z; // [4, 3], of length 1
 * ```
 */
export const vonMisesFisherPosterior: ValueFactoryOf<VonMisesFisherPosteriorOptions, Posterior> = defineValue(
  "vonMisesFisherPosterior",
  { minimumConcentration: number({ min: 0, default: 1 }), proposals: integer({ min: 1, default: 16 }) },
  ({ minimumConcentration, proposals }): Posterior => {
    const kappaOf = (k: tf.Tensor): tf.Tensor => tf.add(smoothSoftplus(k), minimumConcentration);
    const logDensity = ([mean, k]: readonly tf.Tensor[], z: tf.Tensor): tf.Tensor => {
      // 1 − μᵀz of unit vectors is half their squared distance, which does not cancel.
      const bend = tf.div(tf.sum(tf.square(tf.sub(z, unit(mean!))), -1, true), 2);
      return tf.squeeze(logDensityOfBend(bend, kappaOf(k!), z.shape.at(-1)!), [-1]);
    };
    return {
      name: "vonMisesFisherPosterior",
      codes: DIRECTIONS,
      outputs: ["mean direction", "concentration"],
      widths: [undefined, 1],
      code: ([mean]) => tf.tidy(() => unit(mean!) as tf.Tensor2D),
      draw([mean, k], random, count) {
        const [batch, size] = mean!.shape;
        const rows = batch * (count ?? 1);
        const mu = tf.reshape(repeatedFor(mean!, count), [rows, size]);
        const kappa = tf.reshape(repeatedFor(k!, count), [rows, 1]);
        const drawn = drawDirections(unit(mu), kappaOf(kappa), random, proposals);
        const z = count === undefined ? drawn : tf.reshape(drawn, [batch, count, size]);
        const each = (x: tf.Tensor): tf.Tensor => (count === undefined ? x : tf.expandDims(x, 1));
        return { z, logDensity: () => logDensity([each(mean!), each(k!)], z) };
      },
      logDensity: (outputs, z) => tf.tidy(() => logDensity(outputs, z)),
      kl: ([mean, k], prior) => (prior.codes === DIRECTIONS ? klFromUniform(kappaOf(k!), mean!.shape[1]) : undefined),
      toJSON: () => undefined,
    };
  },
);

/** KL of directions from the uniform ones, κ·A + log C + log |S|: `[batch, 1]`. */
function klFromUniform(kappa: tf.Tensor, size: number): tf.Tensor2D {
  return tf.tidy(() => {
    const { logNormalizer, complement } = concentration(kappa, size);
    const areas = logSphereArea(size) - logSphereArea(size - 1);
    return tf.sub(areas, tf.add(tf.mul(kappa, complement), logNormalizer)) as tf.Tensor2D;
  });
}

function unit(x: tf.Tensor): tf.Tensor {
  return tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), -1, true), 1e-12)));
}

/** One direction around each mean: `[rows, size]`. */
function drawDirections(mu: tf.Tensor, kappa: tf.Tensor, random: RandomSource, proposals: number): tf.Tensor {
  const [rows, size] = mu.shape as [number, number];
  const bend = drawnBend(stopGradient(proposedBend(stopGradient(kappa), size, random, proposals)), kappa, size);
  const noise = random.normal([rows, size]);
  const aside = unit(tf.sub(noise, tf.mul(tf.sum(tf.mul(noise, mu), -1, true), mu))); // uniform among what is at right angles to μ
  const height = tf.sqrt(tf.mul(bend, tf.sub(2, bend))); // sin θ
  // Of length 1 but for rounding, which two dimensions show most.
  return unit(tf.add(tf.mul(tf.sub(1, bend), mu), tf.mul(height, aside)));
}

/** 1 − cos θ of one draw a row, Wood's first accepted proposal: `[rows, 1]`. */
function proposedBend(kappa: tf.Tensor, size: number, random: RandomSource, proposals: number): tf.Tensor {
  const rows = kappa.shape[0]!;
  const free = size - 1;
  const root = tf.sqrt(tf.add(tf.mul(4, tf.square(kappa)), free * free));
  const b = tf.div(free, tf.add(tf.mul(2, kappa), root));
  const a = tf.div(tf.add(tf.add(free, tf.mul(2, kappa)), root), 4);
  const d = tf.sub(tf.div(tf.mul(4, tf.mul(a, b)), tf.add(1, b)), free * Math.log(free));
  // A coordinate of a uniform direction, moved to [0, 1], is Beta((m − 1)/2, (m − 1)/2).
  const normal = random.normal<tf.Rank.R3>([rows, proposals, size]);
  const length = tf.sqrt(tf.add(tf.sum(tf.square(normal), -1), 1e-12));
  const beta = tf.div(tf.sub(1, tf.div(tf.squeeze(tf.slice(normal, [0, 0, 0], [-1, -1, 1]), [2]), length)), 2);
  const below = tf.sub(1, tf.mul(tf.sub(1, b), beta)); // [rows, proposals]
  const t = tf.div(tf.mul(2, tf.mul(a, b)), below);
  const level = tf.log(tf.maximum(random.uniform([rows, proposals]), 1e-30));
  const accepted = tf.greaterEqual(tf.add(tf.sub(tf.mul(free, tf.log(t)), t), d), level);
  const bends = tf.div(tf.mul(tf.mul(2, b), beta), below);
  if (proposals === 1) return bends;
  const first = oneHot(tf.argMax(tf.cast(accepted, "float32"), 1), proposals); // the first of the largest
  return tf.clipByValue(tf.sum(tf.mul(first, bends), 1, true), 1e-12, 2);
}
