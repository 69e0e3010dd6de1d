import { DataError } from "@latentkit/core";
import { check, number, numbers, optional, resolveOptions } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { defaultClassifier } from "../features/default-features.js";
import { collectFeatures } from "../internal/collect-features.js";
import type { Examples } from "../internal/each-batch.js";
import { type ReadingOptions, reading, rowFunction } from "../internal/options.js";
import { shareDivergence } from "./share-divergence.js";

/** Options of {@link classCoverage}. */
export interface ClassCoverageOptions extends ReadingOptions {
  /** Class logits of a batch, `[batch, …]` → `[batch, classes]`. Default those of {@link digitClassifier}. */
  readonly classify?: (x: tf.Tensor) => tf.Tensor2D;
  /** Shares of the classes in the data, which add up to 1. Default equal. */
  readonly shares?: readonly number[];
  /** A class counts as found from this share of the samples on. Default more than 0, as in the papers. */
  readonly threshold?: number;
}

/** How samples spread over classes. */
export interface ClassCoverage {
  /** Classes found among the samples. */
  readonly modes: number;
  /** KL(samples ‖ data) over classes, in nats. */
  readonly reverseKl: number;
  /** Samples taken for each class. */
  readonly counts: readonly number[];
}

/**
 * Classes found among samples, and how evenly, by a classifier: mode coverage for labelled images.
 *
 * **Source**: Metz et al., "Unrolled Generative Adversarial Networks", 2017, section 3.3.1, for stacked digits.
 * https://arxiv.org/abs/1611.02163
 *
 * @throws ConfigError for options out of range; DataError for logits that are NaN, which are of no class; ShapeError without `classify` for other than 28×28 greys.
 * @example
 * ```ts
 * import { classCoverage } from "@latentkit/metrics";
 * import * as tf from "@tensorflow/tfjs";
 * const classify = (x: tf.Tensor) => x as tf.Tensor2D;
 * await classCoverage(tf.tensor2d([[2, 0, 0], [0, 0, 1], [3, 0, 0]]), { classify }); // modes 2, counts [2, 0, 1]
 * ```
 */
export async function classCoverage(samples: Examples, options: ClassCoverageOptions = {}): Promise<ClassCoverage> {
  const owner = "classCoverage";
  const specification = {
    ...reading(256),
    classify: rowFunction,
    shares: optional(numbers("shares ≥ 0 that add up to 1, one for each class", areShares)),
    threshold: number({ min: 0, below: 1, default: 0 }),
  };
  const { shares: asked, threshold, classify: given, ...plan } = resolveOptions(owner, specification, options);
  const shares = asked as readonly number[] | undefined;
  const classify = given ?? (await defaultClassifier(owner));
  const logits = await collectFeatures(owner, "samples", samples, classify, plan);
  const [total, classes] = logits.shape;
  const chosen = logits.argMax(1) as tf.Tensor1D;
  const labels = await chosen.data();
  chosen.dispose();
  logits.dispose();
  if (classes < 1) throw new DataError(`${owner}: expected logits of at least one class, received none.`);
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]!++;
  check(owner).that("shares", shares, shares === undefined || shares.length === classes, `${classes} shares`);
  return {
    modes: counts.filter((count) => count > threshold * total).length,
    reverseKl: shareDivergence(counts, (i) => shares?.[i] ?? 1 / counts.length),
    counts,
  };
}

/** Whether values are probabilities of classes, up to the rounding of a few digits. */
function areShares(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  const fits = value.every((share) => Number.isFinite(share) && share >= 0);
  return fits && Math.abs(value.reduce((sum, share) => sum + share, 0) - 1) < 1e-6;
}
