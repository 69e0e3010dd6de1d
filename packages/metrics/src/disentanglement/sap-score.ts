import type { Encodes } from "@latentkit/core";
import { resolveOptions } from "@latentkit/core/authoring";
import { breathing, type Steps } from "../internal/breathing.js";
import {
  type FactorCodes,
  type FactorExamples,
  type FactorScoreOptions,
  factorCodes,
  readingFactors,
  splitCodes,
  unitCodes,
} from "../internal/disentanglement/factor-codes.js";
import { largestTwo, meanOf } from "../internal/disentanglement/largest-gap.js";
import { decidedRight, supportLines } from "../internal/disentanglement/linear-svm.js";

/** Options of {@link sapScore}. */
export interface SapScoreOptions extends FactorScoreOptions {
  /** Examples, two thirds of them to learn from. Default 15,000. */
  readonly limit?: number;
}

/** How separately units tell of factors. */
export interface SapScore {
  /** Mean gap over the factors, from 0 to 1. */
  readonly score: number;
  /** Gap of each factor that varies. */
  readonly perFactor: Float64Array;
  /** Accuracy with which a unit alone tells a factor, a row a unit. */
  readonly accuracies: readonly Float64Array[];
  /** Columns of `factors` that vary. */
  readonly factors: readonly number[];
}

/**
 * Separated attribute predictability: for every factor, how much better the unit that predicts it best does than the next. Each unit
 * predicts by a linear support vector machine (C = 0.01, balanced classes) on its code alone, tested on a third of the examples. Low
 * where a factor is coded by two units, and also where no threshold on one unit tells classes apart, as for angles.
 *
 * **Shapes**: batches with `x` `[batch, …]` and `factors` `[batch, K]`, class numbers. **Memory**: the codes of `limit` examples.
 *
 * **Source**: Kumar, Sattigeri and Balakrishnan, "Variational Inference of Disentangled Latent Concepts from Unlabeled Observations",
 * 2018, section 3. https://arxiv.org/abs/1711.00848
 *
 * @throws ShapeError when the data have no factors; DataError when none varies; ConfigError for options out of range.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { shapes } from "@latentkit/data";
 * import { sapScore } from "@latentkit/metrics";
 * const data = shapes({ count: 200, size: 8, levels: { scale: 2, rotation: 2, x: 3, y: 3 } });
 * const corner = { latentDim: 2, encode: (x: tf.Tensor) => tf.slice(tf.reshape(x, [x.shape[0]!, 64]), [0, 9], [-1, 2]) as tf.Tensor2D };
 * const { score } = await sapScore(corner, data);
 * ```
 */
export async function sapScore(model: Encodes, data: FactorExamples, options: SapScoreOptions = {}): Promise<SapScore> {
  const owner = "sapScore";
  const plan = resolveOptions(owner, readingFactors(15_000), options);
  const all = await factorCodes(owner, model, data, plan);
  const accuracies = await breathing(predictability(...splitCodes(all)), plan.signal);
  const perFactor = Float64Array.from(all.factors, (_, factor) => {
    const [largest, second] = largestTwo(accuracies, factor);
    return largest - second;
  });
  return { score: meanOf(perFactor), perFactor, accuracies, factors: all.factors.map(({ index }) => index) };
}

/** Accuracy on the test examples of each unit for each factor. */
export function* predictability(train: FactorCodes, test: FactorCodes): Steps<Float64Array[]> {
  const accuracies: Float64Array[] = [];
  for (let unit = 0; unit < train.size; unit++) {
    const [known, asked] = [unitCodes(train, unit), unitCodes(test, unit)];
    const row = new Float64Array(train.factors.length);
    for (const [factor, { labels, classes }] of train.factors.entries()) {
      const lines = yield* supportLines(known, labels, classes);
      row[factor] = decidedRight(lines, asked, test.factors[factor]!.labels);
      yield;
    }
    accuracies.push(row);
  }
  return accuracies;
}
