import { random } from "@latentkit/core";
import { Breather, integer, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type FeatureFunction, flatten } from "../internal/collect-features.js";
import type { Examples } from "../internal/each-batch.js";
import { withFeaturePair } from "../internal/feature-pair.js";
import { type ReadingOptions, reading, rowFunction, seedOption } from "../internal/options.js";

/** Options of {@link slicedWasserstein}. */
export interface SlicedWassersteinOptions extends ReadingOptions {
  /** Random directions. Default 100. */
  readonly projections?: number;
  /** Order of the distance: 1, or 2 which weighs far moves more. Default 1. */
  readonly order?: 1 | 2;
  /** Where the sets are compared. Default flat data values. */
  readonly features?: FeatureFunction;
  /** Seed of the directions. Default 0. */
  readonly seed?: number;
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
  const specification = {
    ...reading(256),
    projections: integer({ min: 1, default: 100 }),
    order: integer({ min: 1, max: 2, default: 1 }),
    features: rowFunction,
    seed: seedOption,
  };
  const { projections, order, features = flatten, seed, ...plan } = resolveOptions(owner, specification, options);
  const breather = new Breather();
  return withFeaturePair(owner, { first, second }, features, plan, async (x, y) => {
    const normals = random(seed).stream(owner);
    let sum = 0;
    for (let i = 0; i < projections; i++) {
      const direction = unitVector(normals.fillNormal(new Float32Array(x.shape[1])));
      const [a, b] = await Promise.all([projected(x, direction), projected(y, direction)]);
      sum += transportCost(a, b, order);
      await breather.pause();
      plan.signal?.throwIfAborted();
    }
    return (sum / projections) ** (1 / order);
  });
}

function unitVector(values: Float32Array): Float32Array {
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
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
function transportCost(a: Float32Array, b: Float32Array, order: number): number {
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
