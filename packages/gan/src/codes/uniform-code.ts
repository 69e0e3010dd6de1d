import { defineValue, integer, number, type ValueFactoryOf } from "@latentkit/core/authoring";
import { gaussianNegativeLogLikelihood } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import type { LatentCode } from "./latent-code.js";

/** Options of {@link uniformCode}. */
export interface UniformCodeOptions {
  /** Number of continuous codes. */
  readonly count: number;
  /** Standard deviation of the recogniser's Gaussian. Default 1. A smaller one asks for finer agreement. */
  readonly deviation?: number;
}

/**
 * Continuous codes, uniform in [−1, 1) and recognised by a Gaussian of fixed width around the recogniser's means.
 *
 * **Units**: nats per example.
 *
 * **Source**: Chen et al., "InfoGAN", 2016, sections 6 and 7.2: c₂, c₃ ~ Unif(−1, 1), Q a factored Gaussian.
 * https://arxiv.org/abs/1606.03657
 *
 * @throws ConfigError for a count < 1 or a deviation that is not > 0.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { uniformCode } from "@latentkit/gan";
 * uniformCode({ count: 2 }).sample(3, random(1)); // [3, 2]
 * ```
 */
export const uniformCode: ValueFactoryOf<UniformCodeOptions, LatentCode> = defineValue(
  "uniformCode",
  { count: integer({ min: 1 }), deviation: number({ above: 0, default: 1 }) },
  ({ count: size, deviation }): LatentCode => ({
    name: "uniform",
    size,
    parameters: size,
    sample: (count, random) => random.uniform([count, size], -1, 1),
    negativeLogLikelihood: (code, mean) =>
      tf.tidy(() => gaussianNegativeLogLikelihood(code, mean, tf.fill(mean.shape, 2 * Math.log(deviation)))),
    recognise: (mean) => tf.clone(mean),
  }),
);
