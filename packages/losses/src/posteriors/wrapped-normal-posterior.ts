import type { Posterior } from "@latentkit/core";
import { defineValue, number, smoothExp, type ValueFactoryOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { ballCodes, expAt, expAtOrigin, logAt, wrappedLogDensity } from "../internal/poincare-ball.js";

/** Options of {@link wrappedNormalPosterior}. */
export interface WrappedNormalPosteriorOptions {
  /** c of the ball's curvature −c, whose radius is 1/√c. Default 1. */
  readonly curvature?: number;
}

/**
 * Codes that are points of the Poincaré ball, where room grows with distance as in trees: the wrapped normal around the encoder's mean,
 *
 *     μ = exp₀(m),   z = exp_μ(v/λ_μ),   v ~ N(0, σ²),   λ_μ = 2/(1 − c‖μ‖²),
 *     log q(z|x) = log N(λ_μ·log_μ z; 0, σ²) + (d − 1)·log(√c·dist(μ, z) / sinh(√c·dist(μ, z))),
 *
 * exact, for any decoder that takes vectors. Its prior is {@link wrappedNormal} of the same curvature; their divergence is estimated by
 * the draw. The encoder is a Gaussian one, its mean being read in the tangent space of the origin.
 *
 * **Shapes**: mean and log variance `[batch, latentDim]` each. **Units**: nats, densities by the ball's own volume, dV = λ_z^d dz.
 *
 * **Source**: Mathieu, Le Lan, Maddison, Tomioka and Teh, "Continuous Hierarchical Representations with Poincaré Variational
 * Auto-Encoders", 2019, section 3.1 and appendix B, https://arxiv.org/abs/1901.06033; Nagano, Yamaguchi, Fujita and Koyama, "A Wrapped
 * Normal Distribution on Hyperbolic Space for Gradient-Based Learning", 2019, https://arxiv.org/abs/1902.02992
 *
 * @throws ConfigError for a curvature that is not above 0.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { wrappedNormalPosterior } from "@latentkit/losses";
 * import * as tf from "@tensorflow/tfjs";
 * const outputs = [tf.ones<tf.Rank.R2>([4, 2]), tf.zeros<tf.Rank.R2>([4, 2])];
 * wrappedNormalPosterior().draw(outputs, random(1)).z; // [4, 2], shorter than 1
 * ```
 */
export const wrappedNormalPosterior: ValueFactoryOf<WrappedNormalPosteriorOptions, Posterior> = defineValue(
  "wrappedNormalPosterior",
  { curvature: number({ above: 0, default: 1 }) },
  ({ curvature: c }): Posterior => ({
    name: "wrappedNormalPosterior",
    codes: ballCodes(c),
    outputs: ["mean", "log variance"],
    code: ([mean]) => tf.tidy(() => expAtOrigin(mean!, c) as tf.Tensor2D),
    draw([mean, logVariance], random, count) {
      const rows = (x: tf.Tensor): tf.Tensor => (count === undefined ? x : tf.expandDims(x, 1));
      const [batch, latentDim] = mean!.shape;
      const noise = random.normal(count === undefined ? [batch, latentDim] : [batch, count, latentDim]);
      const spread = rows(logVariance!);
      const v = tf.mul(noise, smoothExp(tf.div(spread, 2)));
      return {
        z: expAt(expAtOrigin(rows(mean!), c), v, c),
        logDensity: () => wrappedLogDensity(v, spread, c),
      };
    },
    logDensity: ([mean, logVariance], z) =>
      tf.tidy(() => wrappedLogDensity(logAt(expAtOrigin(mean!, c), z, c), logVariance!, c)),
    toJSON: () => undefined,
  }),
);
