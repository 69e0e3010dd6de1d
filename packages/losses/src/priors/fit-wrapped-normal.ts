import type { Prior } from "@latentkit/core";
import { number, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { logAtOrigin } from "../internal/poincare-ball.js";
import { readCodes } from "./read-codes.js";
import { wrappedNormal } from "./wrapped-normal.js";

/** Options of {@link fitWrappedNormal}. */
export interface FitWrappedNormalOptions {
  /** c of the ball that the codes are points of. Default 1. */
  readonly curvature?: number;
}

/**
 * The normal distribution of the Poincaré ball under which codes are likeliest, σ² = 1/(N·d) Σ dist(0, zₙ)²: the deviation is fitted, the
 * middle is the ball's.
 *
 * **Shapes**: codes `[examples, latentDim]`, within the ball.
 *
 * **Source**: Mathieu et al., "Continuous Hierarchical Representations with Poincaré Variational Auto-Encoders", 2019, section 3.1.
 * https://arxiv.org/abs/1901.06033
 *
 * @throws DataError for codes that are not finite, or none; ConfigError for other options.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { fitWrappedNormal, wrappedNormal } from "@latentkit/losses";
 * const codes = wrappedNormal({ deviation: 0.5 }).sample(500, 2, random(1));
 * const prior = await fitWrappedNormal(codes); // of deviation about 0.5
 * ```
 */
export async function fitWrappedNormal(codes: tf.Tensor, options: FitWrappedNormalOptions = {}): Promise<Prior> {
  const owner = "fitWrappedNormal";
  const { curvature } = resolveOptions(owner, { curvature: number({ above: 0, default: 1 }) }, options);
  await readCodes(owner, codes, 1);
  const mean = tf.tidy(() => tf.mean(tf.square(logAtOrigin(codes, curvature))));
  const [variance] = await mean.data();
  mean.dispose();
  return wrappedNormal({ curvature, deviation: Math.sqrt(Math.max(variance!, 1e-12)) });
}
