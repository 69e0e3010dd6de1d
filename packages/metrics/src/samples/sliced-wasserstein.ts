import { check, random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { type FeatureFunction, flatten } from "../internal/collect-features.js";
import type { Examples } from "../internal/each-batch.js";
import { withFeaturePair } from "../internal/feature-pair.js";

/** Options of {@link slicedWasserstein}. */
export interface SlicedWassersteinOptions {
  /** Random directions; 100 unless given. */
  readonly projections?: number;
  /** Order of the distance: 1, or 2 which weighs far moves more; 1 unless given. */
  readonly order?: 1 | 2;
  /** Where the sets are compared; flat data values unless given. */
  readonly features?: FeatureFunction;
  /** Examples of each set to use at most, from its start; all unless given. */
  readonly limit?: number;
  /** Seed of the directions; 0 unless given. */
  readonly seed?: number;
  /** Examples in a batch; 256 unless given. */
  readonly batchSize?: number;
}

/**
 * The sliced Wasserstein distance: the mean over random directions of the distance of the projected sets, which in one
 * dimension is exact by sorting. `(mean over directions of W_p^p)^(1/p)`. Needs no extractor; made for toy data and codes.
 *
 * **Units**: those of the data; for a shift by s in d dimensions it is below ‖s‖, by about √(2/(π·d)) when d is large.
 *
 * **Source**: Rabin, Peyré, Delon and Bernot, "Wasserstein Barycenter and Its Application to Texture Mixing", 2012, equation
 * 3; sets of different sizes by their quantile functions.
 *
 * @throws ConfigError for options out of range; DataError for NaN or an empty set.
 * @example
 * ```ts
 * import { slicedWasserstein } from "@latentkit/metrics";
 * import * as tf from "@tensorflow/tfjs";
 * await slicedWasserstein(tf.tensor2d([[0], [1]]), tf.tensor2d([[2], [3]])); // 2
 * ```
 */
export async function slicedWasserstein(
  first: Examples,
  second: Examples,
  options: SlicedWassersteinOptions = {},
): Promise<number> {
  const owner = "slicedWasserstein";
  const { projections = 100, order = 1, features = flatten, limit, seed = 0, batchSize = 256 } = options;
  const checks = check(owner);
  checks.known(options, ["projections", "order", "features", "limit", "seed", "batchSize"]);
  checks.integer("projections", projections, { min: 1 });
  checks.that("order", order, order === 1 || order === 2, "1 or 2");
  const plan = { batchSize, ...(limit === undefined ? {} : { limit }) };
  return withFeaturePair(owner, { real: first, generated: second }, features, plan, async (x, y) => {
    const normals = random(seed).stream(owner);
    let sum = 0;
    for (let i = 0; i < projections; i++) {
      const direction = unitVector(normals.fillNormal(new Float32Array(x.shape[1])));
      const [a, b] = await Promise.all([projected(x, direction), projected(y, direction)]);
      sum += transportCost(a, b, order);
    }
    return (sum / projections) ** (1 / order);
  });
}

function unitVector(values: Float32Array): Float32Array {
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}

/** The rows' components along a direction, ascending. */
async function projected(rows: tf.Tensor2D, direction: Float32Array): Promise<Float32Array> {
  const components = tf.tidy(() => tf.matMul(rows, tf.tensor2d(direction, [direction.length, 1])));
  const values = Float32Array.from(await components.data());
  components.dispose();
  return values.sort();
}

/** ∫|F⁻¹(u) − G⁻¹(u)|ᵖ du of two sorted samples, whose quantile functions are steps. */
function transportCost(a: Float32Array, b: Float32Array, order: 1 | 2): number {
  let [i, j, done, cost] = [0, 0, 0, 0];
  while (i < a.length && j < b.length) {
    // Compared as fractions of whole numbers: (i+1)/n against (j+1)/m.
    const [endA, endB] = [(i + 1) * b.length, (j + 1) * a.length];
    const end = Math.min(endA, endB);
    const distance = Math.abs(a[i]! - b[j]!);
    cost += (end - done) * (order === 1 ? distance : distance * distance);
    done = end;
    if (endA <= endB) i++;
    if (endB <= endA) j++;
  }
  return cost / (a.length * b.length);
}
