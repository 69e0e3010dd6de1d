import { DataError } from "@latentkit/core";
import { check, checkShape, checkTensor, instance, number, resolveOptions } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { shareDivergence } from "./share-divergence.js";

/** The mixture that samples are compared with. */
export interface MixtureCoverageOptions {
  /** The components' means, `[modes][dimensions]`, all of equal weight. */
  readonly centres: readonly (readonly number[])[];
  /** Standard deviation of every component, the same in all directions. */
  readonly deviation: number;
  /** A sample within this many standard deviations of a mean is of high quality. Default 3. */
  readonly threshold?: number;
}

/** How samples spread over the components of a mixture. */
export interface MixtureCoverage {
  /** Components with at least one sample of high quality. */
  readonly modes: number;
  /** Share of the samples that are of high quality. */
  readonly highQuality: number;
  /** KL(samples ‖ mixture) over components, each sample counted for its nearest: 0 when all are equally frequent. Nats. */
  readonly reverseKl: number;
  /** Samples nearest to each component, and of high quality among them. */
  readonly counts: readonly { readonly nearest: number; readonly highQuality: number }[];
}

/**
 * Modes found, share of good samples and reverse KL of samples from a mixture of Gaussians: the measures by which the ring of
 * 8 and the grid of 25 are reported.
 *
 * **Shapes**: `samples` `[n, dimensions]`; the papers take 2,500.
 *
 * **Source**: Lin, Khetan, Fanti and Oh, "PacGAN: The power of two samples in generative adversarial networks", 2018, section
 * 4.1, https://arxiv.org/abs/1712.04086; Srivastava et al., "VEEGAN", 2017, section 5.1.
 *
 * @throws ConfigError without centres or for a deviation that is not > 0; ShapeError for samples of other dimensions;
 *   DataError for NaN or no samples.
 * @example
 * ```ts
 * import { mixtureCoverage } from "@latentkit/metrics";
 * import * as tf from "@tensorflow/tfjs";
 * const samples = tf.tensor2d([[0, 0.01], [0.02, 0], [5, 5]]);
 * await mixtureCoverage(samples, { centres: [[0, 0], [1, 1]], deviation: 0.05 }); // modes 1, highQuality 2/3
 * ```
 */
export async function mixtureCoverage(samples: tf.Tensor, options: MixtureCoverageOptions): Promise<MixtureCoverage> {
  const owner = "mixtureCoverage";
  const specification = {
    centres: instance<readonly (readonly number[])[]>("a list of at least one mean", (given) => {
      return Array.isArray(given) && given.length > 0 && given.every(Array.isArray);
    }),
    deviation: number({ above: 0 }),
    threshold: number({ above: 0, default: 3 }),
  };
  const { centres, deviation, threshold } = resolveOptions(owner, specification, options);
  checkTensor(owner, "samples", samples);
  const dimensions = centres[0]!.length;
  const even = centres.every((centre) => centre.length === dimensions && centre.every(Number.isFinite));
  check(owner).that("centres", centres, even && dimensions > 0, "means of the same dimensions");
  checkShape(owner, "samples", samples.shape, [null, dimensions]);
  if (samples.shape[0] === 0) throw new DataError(`${owner}: expected at least one sample, received none.`);

  const values = await samples.data();
  const counts = centres.map(() => ({ nearest: 0, highQuality: 0 }));
  const limit = (threshold * deviation) ** 2;
  for (let start = 0; start < values.length; start += dimensions) {
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (const [i, centre] of centres.entries()) {
      let square = 0;
      for (let d = 0; d < dimensions; d++) square += (values[start + d]! - centre[d]!) ** 2;
      if (square < least) [best, least] = [i, square];
    }
    if (best < 0) throw new DataError(`${owner}: the samples have NaN or infinite values; check the model.`);
    counts[best]!.nearest++;
    if (least <= limit) counts[best]!.highQuality++;
  }
  const good = counts.reduce((sum, { highQuality }) => sum + highQuality, 0);
  return {
    modes: counts.filter(({ highQuality }) => highQuality > 0).length,
    highQuality: good / samples.shape[0]!,
    reverseKl: shareDivergence(
      counts.map(({ nearest }) => nearest),
      () => 1 / centres.length,
    ),
    counts,
  };
}
