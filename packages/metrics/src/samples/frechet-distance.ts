import { DataError } from "@latentkit/core";
import { resolveOptions } from "@latentkit/core/authoring";
import { defaultFeatures } from "../features/default-features.js";
import { breathing } from "../internal/breathing.js";
import { collectFeatures, type FeatureFunction } from "../internal/collect-features.js";
import { covariance } from "../internal/covariance.js";
import type { Examples } from "../internal/each-batch.js";
import { type ReadingOptions, reading, rowFunction } from "../internal/options.js";
import { distanceOfMoments, type GaussianMoments } from "./frechet-distance-of-moments.js";

/** What the metrics that compare two sets of examples in a feature space can be told. */
export interface FeatureMetricOptions extends ReadingOptions {
  /**
   * Where the sets are compared: `[batch, …]` → `[batch, features]`. The hidden layer of {@link digitClassifier} unless
   * given, which is for 28×28 greys in [0, 1]; no other images have a default.
   */
  readonly features?: FeatureFunction;
}

/**
 * The Fréchet distance between Gaussians fitted to the features of two sets, known as FID: 0 for equal moments, growing with
 * lost variety as well as with bad samples. It is biased upwards for few examples: compare equal numbers, say how many, and
 * put real against held-out real examples beside it. Values depend on the extractor; FIDs of the digit classifier are not
 * those of Inception.
 *
 * **Units**: squared units of the features.
 *
 * **Source**: Heusel et al., "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium", 2017,
 * equation 6. https://arxiv.org/abs/1706.08500
 *
 * @param real - Data: a dataset, or a tensor `[n, …]`.
 * @param generated - Samples, the same way.
 * @throws ConfigError for options out of range; ShapeError without `features` for other than 28×28 greys; DataError for
 *   fewer than two examples, or NaN.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { frechetDistance } from "@latentkit/metrics";
 * import * as tf from "@tensorflow/tfjs";
 * const [real, generated] = [random(1).normal([500, 2]), tf.add(random(2).normal([500, 2]), 1)];
 * await frechetDistance(real, generated, { features: (x) => tf.clone(x) as tf.Tensor2D }); // near 2
 * ```
 */
export async function frechetDistance(
  real: Examples,
  generated: Examples,
  options: FeatureMetricOptions = {},
): Promise<number> {
  const owner = "frechetDistance";
  const first = await momentsOf(owner, "real", real, options);
  const second = await momentsOf(owner, "generated", generated, options);
  return breathing(distanceOfMoments(owner, first, second), options.signal);
}

/**
 * Mean and covariance of a set's features, to compare many sets of samples with the same data by
 * {@link frechetDistanceOfMoments}.
 *
 * **Shapes**: mean `[features]`, covariance `[features · features]`, divided by n − 1 as in the reference code.
 *
 * **Source**: see {@link frechetDistance}.
 *
 * @throws As {@link frechetDistance} does.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { featureMoments } from "@latentkit/metrics";
 * import * as tf from "@tensorflow/tfjs";
 * const { mean, count } = await featureMoments(random(1).normal([500, 2]), { features: (x) => tf.clone(x) as tf.Tensor2D });
 * ```
 */
export async function featureMoments(data: Examples, options: FeatureMetricOptions = {}): Promise<GaussianMoments> {
  return momentsOf("featureMoments", "data", data, options);
}

async function momentsOf(
  owner: string,
  name: string,
  data: Examples,
  options: FeatureMetricOptions,
): Promise<GaussianMoments> {
  const specification = { ...reading(256, 2), features: rowFunction };
  const { features: given, ...plan } = resolveOptions(owner, specification, options);
  const features = given ?? (await defaultFeatures(owner));
  const rows = await collectFeatures(owner, name, data, features, plan);
  try {
    const { mean, matrix, count } = await covariance(owner, rows, plan, undefined, name);
    if (count < 2) throw new DataError(`${owner}: expected at least 2 examples in \`${name}\`, received ${count}.`);
    return { mean, covariance: matrix.map((value) => (value * count) / (count - 1)), count };
  } finally {
    rows.dispose();
  }
}
