import { DataError, random } from "@latentkit/core";
import { integer, number, optional, resolveOptions } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { readCodes } from "./read-codes.js";
import { type RiemannianPrior, riemannianPrior } from "./riemannian-prior.js";

/** Options of {@link fitRiemannianPrior}. */
export interface FitRiemannianPriorOptions {
  /** Codes that are kept as centroids, chosen at random. Default 300, or all where there are fewer. */
  readonly centroids?: number;
  /** ρ. Default the largest distance of a centroid to its nearest, in deviations: the paper's. */
  readonly reach?: number;
  /** λ. Default 1e-3. */
  readonly regularization?: number;
  /** Proposals of a chain. Default 40. */
  readonly iterations?: number;
  /** Seed of the choice. Default 0. */
  readonly seed?: number;
}

const SPECIFICATION = {
  centroids: integer({ min: 2, default: 300 }),
  reach: optional(number({ above: 0 })),
  regularization: number({ above: 0, default: 1e-3 }),
  iterations: integer({ min: 1, default: 40 }),
  seed: integer({ min: 0, default: 0 }),
};

/**
 * The geometry of a VAE's codes as a prior: {@link riemannianPrior} of the means and variances that `posterior` gives for data.
 *
 * ρ = maxᵢ minⱼ √((cᵢ − cⱼ)ᵀΣⱼ⁻¹(cᵢ − cⱼ)), so that every centroid feels another.
 *
 * **Shapes**: means and log variances `[examples, latentDim]` each.
 *
 * **Source**: Chadebec and Allassonnière, "A Geometric Perspective on Variational Autoencoders", 2022, section 4.
 * https://arxiv.org/abs/2209.07370
 *
 * @throws DataError for codes that are not finite, or fewer than two; ConfigError for other options.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { fitRiemannianPrior } from "@latentkit/losses";
 * import * as tf from "@tensorflow/tfjs";
 * const mean = random(1).normal<tf.Rank.R2>([100, 2]); // of model.posterior(x)
 * const prior = await fitRiemannianPrior({ mean, logVariance: tf.fill([100, 2], -3) });
 * ```
 */
export async function fitRiemannianPrior(
  posterior: { readonly mean: tf.Tensor; readonly logVariance: tf.Tensor },
  options: FitRiemannianPriorOptions = {},
): Promise<RiemannianPrior> {
  const owner = "fitRiemannianPrior";
  const { centroids, reach, seed, ...rest } = resolveOptions(owner, SPECIFICATION, options);
  const mean = await readCodes(owner, posterior?.mean, 2);
  const logVariance = await readCodes(owner, posterior?.logVariance, 2);
  if (logVariance.rows.length !== mean.rows.length || logVariance.size !== mean.size) {
    throw new DataError(
      `${owner}: expected as many log variances as means, received [${posterior.logVariance.shape.join(", ")}] and [${posterior.mean.shape.join(", ")}].`,
    );
  }
  const chosen = choose(mean.rows.length, centroids, seed);
  const means = chosen.map((i) => [...mean.rows[i]!]);
  const variances = chosen.map((i) => [...logVariance.rows[i]!].map((log) => Math.max(Math.exp(log), 1e-12)));
  return riemannianPrior({ means, variances, reach: reach ?? furthestNeighbour(means, variances), ...rest });
}

/** Some of `count` places, each as likely. */
function choose(count: number, wanted: number, seed: number): number[] {
  const source = random(seed).stream("centroids");
  const places = Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < Math.min(wanted, count); i++) {
    const j = i + Math.floor(source.next() * (count - i));
    [places[i], places[j]] = [places[j]!, places[i]!];
  }
  return places.slice(0, wanted);
}

function furthestNeighbour(means: readonly number[][], variances: readonly number[][]): number {
  let largest = 0;
  for (const [i, mean] of means.entries()) {
    let nearest = Number.POSITIVE_INFINITY;
    for (const [j, other] of means.entries()) {
      if (i === j) continue;
      const squared = mean.reduce((sum, value, k) => sum + (value - other[k]!) ** 2 / variances[j]![k]!, 0);
      nearest = Math.min(nearest, squared);
    }
    largest = Math.max(largest, nearest);
  }
  return Math.max(Math.sqrt(largest), 1e-6);
}
