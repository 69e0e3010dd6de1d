import {
  check,
  checkTensor,
  integer,
  number,
  optional,
  resolveOptions,
  structuralSimilarity,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkExamples } from "./internal/check-examples.js";

/** Options of {@link structuralDissimilarity}. */
export interface StructuralDissimilarityOptions {
  /** Scales that are compared, each half as large as the one before, 1 to 5. Default as many as the window fits into. */
  readonly scales?: number;
  /** Side of the Gaussian window in pixels, odd. Default 11. */
  readonly windowSize?: number;
  /** The range of values that data can have. Default 1. */
  readonly peak?: number;
}

/** Weights of the scales, from the finest, as people judged them. */
const WEIGHTS: readonly number[] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

const SPECIFICATION = {
  scales: optional(integer({ min: 1, max: WEIGHTS.length })),
  windowSize: integer({ min: 1, default: 11 }),
  peak: number({ above: 0, default: 1 }),
};

/**
 * One minus the multi-scale structural similarity: how much structure images have lost, at every scale, where a squared error sees
 * values alone. 0 for equal images, below 1 for all.
 *
 * 1 − ((1 + S_M)/2)^(w_M) · Πⱼ ((1 + Cⱼ)/2)^(wⱼ), j < M, Cⱼ the contrasts and correlations at scale j, S_M the similarity index at the
 * coarsest, w the paper's weights of the first M scales divided by their sum. Each factor is taken from [−1, 1] to [0, 1]: the paper's
 * product has no slope where a correlation is negative, as it is before training.
 *
 * **Shapes**: `x`, `y`: equal, `[batch, height, width, channels]` → `[batch]`.
 *
 * **Source**: Wang, Simoncelli and Bovik, "Multi-scale Structural Similarity for Image Quality Assessment", 2003, equation 7,
 * https://doi.org/10.1109/ACSSC.2003.1292216; as a loss: Snell et al., "Learning to Generate Images with Perceptual Similarity
 * Metrics", 2017, https://arxiv.org/abs/1511.06409
 *
 * @throws ShapeError when the shapes differ or the window does not fit; DataError for no examples; ConfigError for options out of range.
 * @example
 * ```ts
 * import { structuralDissimilarity } from "@latentkit/losses";
 * import * as tf from "@tensorflow/tfjs";
 * const image = tf.linspace(0, 1, 28 * 28).reshape([1, 28, 28, 1]);
 * structuralDissimilarity(image, tf.sub(1, image)).print();
 * ```
 */
export function structuralDissimilarity(
  x: tf.Tensor,
  y: tf.Tensor,
  options: StructuralDissimilarityOptions = {},
): tf.Tensor1D {
  const owner = "structuralDissimilarity";
  checkTensor(owner, "x", x, [null, null, null, null]);
  checkExamples(owner, { x, y });
  const { windowSize, peak, scales: asked } = resolveOptions(owner, SPECIFICATION, options);
  check(owner).that("windowSize", windowSize, windowSize % 2 === 1, "odd");
  const scales = asked ?? fittingScales(Math.min(x.shape[1]!, x.shape[2]!), windowSize);
  const weights = WEIGHTS.slice(0, scales);
  const sum = weights.reduce((total, weight) => total + weight);
  return tf.tidy(() => {
    let [a, b] = [x, y] as [tf.Tensor4D, tf.Tensor4D];
    let product: tf.Tensor | undefined;
    for (const [scale, weight] of weights.entries()) {
      if (scale > 0) [a, b] = [halved(a), halved(b)];
      const { similarity, contrast } = structuralSimilarity(owner, a, b, { peak, windowSize });
      const value = scale === scales - 1 ? similarity : contrast;
      // Rounding may leave a value a little below −1, of which a power is no number.
      const factor = tf.pow(tf.maximum(tf.div(tf.add(value, 1), 2), 1e-6), weight / sum);
      product = product === undefined ? factor : tf.mul(product, factor);
    }
    return tf.sub(1, product!) as tf.Tensor1D;
  });
}

/** The most scales at which a window still fits; one where it never does, which is refused where it is used. */
function fittingScales(side: number, windowSize: number): number {
  let scales = 1;
  while (scales < WEIGHTS.length && Math.floor(side / 2 ** scales) >= windowSize) scales++;
  return scales;
}

const halved = (images: tf.Tensor4D): tf.Tensor4D => tf.avgPool(images, 2, 2, "valid");
