import type { Prior } from "@latentkit/core";
import { checkTensor, defineValue, number, truncatedNormal, type ValueFactoryOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { ballCodes, expAtOrigin, logAtOrigin, wrappedLogDensity } from "../internal/poincare-ball.js";
import { checkDraw } from "./check-draw.js";

/** Options of {@link wrappedNormal}. */
export interface WrappedNormalOptions {
  /** c of the ball's curvature −c, whose radius is 1/√c. Default 1. */
  readonly curvature?: number;
  /** σ. Default 1. */
  readonly deviation?: number;
}

/**
 * The normal distribution of the Poincaré ball around its origin, of any size: the prior of `wrappedNormalPosterior`.
 *
 * z = exp₀(v/2), v ~ N(0, σ² I), log p(z) = log N(2·log₀ z; 0, σ²) + (d − 1)·log(√c·r / sinh(√c·r)), r = dist(0, z). **Units**: nats, by
 * the ball's own volume.
 *
 * **Source**: Mathieu, Le Lan, Maddison, Tomioka and Teh, "Continuous Hierarchical Representations with Poincaré Variational
 * Auto-Encoders", 2019, section 3.1, https://arxiv.org/abs/1901.06033; Nagano et al. 2019, https://arxiv.org/abs/1902.02992
 *
 * @throws ConfigError for options that are not above 0.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { wrappedNormal } from "@latentkit/losses";
 * wrappedNormal({ curvature: 0.5 }).sample(4, 2, random(1)); // [4, 2], shorter than √2
 * ```
 */
export const wrappedNormal: ValueFactoryOf<WrappedNormalOptions, Prior> = defineValue(
  "wrappedNormal",
  { curvature: number({ above: 0, default: 1 }), deviation: number({ above: 0, default: 1 }) },
  ({ curvature: c, deviation }): Prior => ({
    name: "wrappedNormal",
    codes: ballCodes(c),
    sample(count, latentDim, random, draw) {
      const { temperature, truncation } = checkDraw("wrappedNormal", count, latentDim, random, draw);
      return tf.tidy(() => {
        const shape = [count, latentDim];
        const noise = truncation === undefined ? random.normal(shape) : truncatedNormal(random, shape, truncation);
        return expAtOrigin(tf.mul(noise, deviation * temperature), c) as tf.Tensor2D;
      });
    },
    logDensity(z) {
      checkTensor("wrappedNormal", "z", z);
      return tf.tidy(() => wrappedLogDensity(logAtOrigin(z, c), 2 * Math.log(deviation), c));
    },
    toJSON: () => undefined,
  }),
);
