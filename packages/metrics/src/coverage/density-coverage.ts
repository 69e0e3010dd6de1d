import { DataError } from "@latentkit/core";
import { integer, resolveOptions } from "@latentkit/core/authoring";
import { defaultFeatures } from "../features/default-features.js";
import { closePairs, nearestDistances } from "../internal/distances.js";
import type { Examples } from "../internal/each-batch.js";
import { withFeaturePair } from "../internal/feature-pair.js";
import { reading, rowFunction } from "../internal/options.js";
import type { FeatureMetricOptions } from "../samples/frechet-distance.js";

/** Options of {@link densityCoverage}. */
export interface DensityCoverageOptions extends FeatureMetricOptions {
  /** k: a real example's neighbourhood reaches to its k-th nearest neighbour. Default 5, as in the paper. */
  readonly neighbours?: number;
}

/** How densely samples lie among the data, and how much of the data they reach. */
export interface DensityCoverage {
  /** Mean number of real neighbourhoods a sample lies in, divided by k: 1 for samples like data, above 1 for typical ones. */
  readonly density: number;
  /** Share of real neighbourhoods that hold at least one sample. */
  readonly coverage: number;
}

/**
 * Density and coverage: {@link manifoldPrecision} made robust. Neighbourhoods are those of the data alone, so that neither an
 * outlier among the samples nor one among the data counts for much.
 *
 * **Source**: Naeem, Oh, Uh, Choi and Yoo, "Reliable Fidelity and Diversity Metrics for Generative Models", 2020, equations
 * 5 and 6. https://arxiv.org/abs/2002.09797
 *
 * @throws ConfigError for options out of range; ShapeError without `features` for other than 28×28 greys; DataError when
 *   there are no more than k real examples, or NaN.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { densityCoverage } from "@latentkit/metrics";
 * import * as tf from "@tensorflow/tfjs";
 * const [real, generated] = [random(1).normal([200, 2]), random(2).normal([200, 2])];
 * await densityCoverage(real, generated, { features: (x) => tf.clone(x) as tf.Tensor2D }); // both near 1
 * ```
 */
export async function densityCoverage(
  real: Examples,
  generated: Examples,
  options: DensityCoverageOptions = {},
): Promise<DensityCoverage> {
  const owner = "densityCoverage";
  const specification = { ...reading(256), neighbours: integer({ min: 1, default: 5 }), features: rowFunction };
  const { neighbours, features: given, ...plan } = resolveOptions(owner, specification, options);
  const features = given ?? (await defaultFeatures(owner));
  return withFeaturePair(owner, { real, generated }, features, plan, async (x, y) => {
    if (x.shape[0] <= neighbours) {
      throw new DataError(`${owner}: expected more than ${neighbours} real examples, received ${x.shape[0]}.`);
    }
    const nearest = await nearestDistances(x, x, neighbours, { itself: true, signal: plan.signal });
    const radius = (center: number): number => nearest[(center + 1) * neighbours - 1]!;
    const reached = new Uint8Array(x.shape[0]);
    let inside = 0;
    const search = {
      limit: (_: number, center: number) => radius(center),
      visit: (_: number, center: number, square: number) => {
        // The reference code counts a sample strictly inside the ball.
        if (square >= radius(center)) return;
        inside++;
        reached[center] = 1;
      },
    };
    await closePairs(y, x, search, plan.signal);
    return {
      density: inside / (neighbours * y.shape[0]),
      coverage: reached.reduce((sum, one) => sum + one, 0) / reached.length,
    };
  });
}
