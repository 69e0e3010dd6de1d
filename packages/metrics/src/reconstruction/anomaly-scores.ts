import type { Reconstructs } from "@latentkit/core";
import { checkShape, choice, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkModel } from "../internal/check-model.js";
import { type Examples, eachBatch } from "../internal/each-batch.js";
import { ExampleValues } from "../internal/example-values.js";
import { type ReadingOptions, reading } from "../internal/options.js";
import { similarities } from "../internal/similarities.js";
import { meanSquares, squaredErrors } from "../internal/squared-errors.js";

/** What an anomaly score is made of: see {@link anomalyScores}. */
export type AnomalyScore = "error" | "relative" | "structure";

/** Options of {@link anomalyScores}. */
export interface AnomalyScoresOptions extends ReadingOptions {
  /** Default `error`. */
  readonly score?: AnomalyScore;
}

/** Keeps the relative error of an example of zeros finite. */
const FLOOR = 1e-6;

const SCORES: Readonly<
  Record<AnomalyScore, (owner: string, x: tf.Tensor, y: tf.Tensor, mask?: tf.Tensor) => tf.Tensor1D>
> = {
  error: squaredErrors,
  relative: (owner, x, y, mask) => tf.div(squaredErrors(owner, x, y, mask), tf.maximum(meanSquares(x, mask), FLOOR)),
  structure: (owner, x, y) => tf.sub(1, similarities(owner, x, y)),
};

/**
 * How unlike the data that a model was trained on each example is, by what the model fails to restore: higher is stranger. Judge
 * scores by {@link auroc}, and cut them at a quantile of scores of normal data that were held out.
 *
 * - `error`: mean squared error, ‖x − y‖²/d. For data whose examples all have much the same size.
 * - `relative`: the share of an example that is not restored, ‖x − y‖²/‖x‖². An example of little content (a thin stroke, a quiet
 *   sound) has a small error however badly it is restored, and hides from `error`. Centre tables first, as `standardize` does.
 * - `structure`: 1 − SSIM(x, y), for images of at least 11×11 pixels: local structure, whatever its contrast.
 *
 * **Memory**: one batch, and one number an example.
 *
 * **Source**: reconstruction error: Japkowicz, Myers and Gluck, "A Novelty Detection Approach to Classification", 1995;
 * structure: Bergmann, Löwe, Fauser, Sattlegger and Steger, "Improving Unsupervised Defect Segmentation by Applying Structural
 * Similarity to Autoencoders", 2019, https://arxiv.org/abs/1807.02011
 *
 * @param data - A dataset, in its stored order, or a tensor `[n, …]`. Its batches hold the conditions of a conditional model; steps
 *   that a `mask` hides do not count.
 * @returns One score an example, in the data's order.
 * @throws DataError for no examples, or for NaN, naming the example; ShapeError when a reconstruction has another shape, or when
 *   `structure` is asked of data that are no images; ConfigError for other options.
 * @example
 * ```ts
 * import { anomalyScores } from "@latentkit/metrics";
 * import * as tf from "@tensorflow/tfjs";
 * const model = { reconstruct: (x: tf.Tensor) => tf.zerosLike(x) };
 * const scores = await anomalyScores(model, tf.tensor2d([[0.1, 0], [3, 4]]), { score: "relative" }); // 1 and 1
 * ```
 */
export async function anomalyScores(
  model: Reconstructs,
  data: Examples,
  options: AnomalyScoresOptions = {},
): Promise<Float64Array> {
  const owner = "anomalyScores";
  const specification = { ...reading(128), score: choice(["error", "relative", "structure"], { default: "error" }) };
  const { score, ...plan } = resolveOptions(owner, specification, options);
  checkModel(owner, model, "reconstruct");
  const values = new ExampleValues(owner);
  await eachBatch(owner, data, { ...plan, model }, async ({ x, given }) => {
    const scores = tf.tidy(() => {
      const y = model.reconstruct(x, given);
      checkShape(owner, "model.reconstruct(x)", y.shape, x.shape);
      return SCORES[score](owner, x, y, given?.mask);
    });
    try {
      values.add(await scores.data());
    } finally {
      scores.dispose();
    }
  });
  return values.result().perExample;
}
