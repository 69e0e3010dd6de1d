import { DataError } from "@latentkit/core";
import { integer, resolveOptions } from "@latentkit/core/authoring";
import { defaultClassifier } from "../features/default-features.js";
import { collectFeatures, type FeatureFunction } from "../internal/collect-features.js";
import type { Examples } from "../internal/each-batch.js";
import { type ReadingOptions, reading, rowFunction } from "../internal/options.js";
import { RunningEstimate } from "../internal/running-estimate.js";
import type { Estimate } from "../statistics/estimate.js";

/** Options of {@link classifierScore}. */
export interface ClassifierScoreOptions extends ReadingOptions {
  /** Class logits of a batch, `[batch, …]` → `[batch, classes]`. Default those of {@link digitClassifier}. */
  readonly classify?: FeatureFunction;
  /** Parts that the score is measured on one by one. Default 10, as in the reference code. */
  readonly splits?: number;
}

/**
 * The Inception score's formula with any classifier: `exp(E[KL(p(y|x) ‖ p(y))])`, between 1 and the number of classes, high
 * when each sample is of a clear class and all classes occur. It looks at no real example and not inside a class: put FID
 * beside it.
 *
 * **Source**: Salimans et al., "Improved Techniques for Training GANs", 2016, section 4. https://arxiv.org/abs/1606.03498
 *
 * @returns The mean over the splits, its standard error, and the number of splits. One split has no known error: NaN.
 * @throws ConfigError for options out of range; DataError for fewer examples than splits.
 * @example
 * ```ts
 * import { classifierScore } from "@latentkit/metrics";
 * import * as tf from "@tensorflow/tfjs";
 * const logits = tf.mul(100, tf.eye(10)) as tf.Tensor2D;
 * await classifierScore(logits, { classify: (x) => tf.clone(x) as tf.Tensor2D, splits: 1 }); // mean 10
 * ```
 */
export async function classifierScore(generated: Examples, options: ClassifierScoreOptions = {}): Promise<Estimate> {
  const owner = "classifierScore";
  const specification = { ...reading(256), classify: rowFunction, splits: integer({ min: 1, default: 10 }) };
  const { splits, classify: given, ...plan } = resolveOptions(owner, specification, options);
  const classify = given ?? (await defaultClassifier(owner));
  const rows = await collectFeatures(owner, "generated", generated, classify, plan);
  const [count, classes] = rows.shape;
  const logits = await rows.data();
  rows.dispose();
  if (count < splits)
    throw new DataError(`${owner}: expected at least ${splits} examples for ${splits} splits, received ${count}.`);

  const scores = new RunningEstimate(owner);
  for (let split = 0; split < splits; split++) {
    const first = Math.floor((split * count) / splits);
    const end = Math.floor(((split + 1) * count) / splits);
    scores.add([splitScore(logits.subarray(first * classes, end * classes) as Float32Array, classes)]);
  }
  return scores.result();
}

function splitScore(logits: Float32Array, classes: number): number {
  const count = logits.length / classes;
  const marginal = new Float64Array(classes);
  let negativeEntropy = 0;
  for (let row = 0; row < count; row++) {
    const values = Float64Array.from(logits.subarray(row * classes, (row + 1) * classes));
    const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const logSum = most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
    for (const [i, value] of values.entries()) {
      const probability = Math.exp(value - logSum);
      marginal[i]! += probability / count;
      negativeEntropy += (probability * (value - logSum)) / count;
    }
  }
  // E[KL] = E[Σ p·log p] − Σ p̄·log p̄.
  const entropy = -marginal.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0);
  return Math.exp(negativeEntropy + entropy);
}
