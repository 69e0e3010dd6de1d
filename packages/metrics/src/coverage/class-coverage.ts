import { check } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { defaultClassifier } from "../features/default-features.js";
import type { Examples } from "../internal/each-batch.js";
import { eachBatch } from "../internal/each-batch.js";
import { shareDivergence } from "./share-divergence.js";

/** Options of {@link classCoverage}. */
export interface ClassCoverageOptions {
  /** Class logits of a batch, `[batch, …]` → `[batch, classes]`; those of {@link digitClassifier} unless given. */
  readonly classify?: (x: tf.Tensor) => tf.Tensor2D;
  /** Shares of the classes in the data; equal unless given. */
  readonly shares?: readonly number[];
  /** A class counts as found from this share of the samples on; more than 0 unless given, as in the papers. */
  readonly threshold?: number;
  /** Examples in a batch; 256 unless given. */
  readonly batchSize?: number;
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
 * @throws ConfigError for options out of range; ShapeError without `classify` for other than 28×28 greys.
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
  const { shares, threshold = 0, batchSize = 256 } = options;
  check(owner).known(options, ["classify", "shares", "threshold", "batchSize"]);
  check(owner).number("threshold", threshold, { min: 0, below: 1 });
  const classify = options.classify ?? (await defaultClassifier(owner));
  let counts: number[] = [];
  const total = await eachBatch(owner, samples, { batchSize }, async ({ x }) => {
    const [chosen, classes] = tf.tidy(() => {
      const logits = classify(x);
      return [tf.argMax(logits, 1), tf.scalar(logits.shape[1], "int32")];
    }) as [tf.Tensor1D, tf.Scalar];
    const [labels, [width]] = await Promise.all([chosen.data(), classes.data()]);
    tf.dispose([chosen, classes]);
    if (counts.length === 0) counts = new Array<number>(width!).fill(0);
    for (const label of labels) counts[label]!++;
  });
  check(owner).that(
    "shares",
    shares,
    shares === undefined || shares.length === counts.length,
    `${counts.length} shares`,
  );
  return {
    modes: counts.filter((count) => count > threshold * total).length,
    reverseKl: shareDivergence(counts, (i) => shares?.[i] ?? 1 / counts.length),
    counts,
  };
}
