import type { Encodes } from "@latentkit/core";
import { resolveOptions } from "@latentkit/core/authoring";
import { breathing, type Steps } from "../internal/breathing.js";
import { binFeatures } from "../internal/disentanglement/binned-features.js";
import { boostedTrees } from "../internal/disentanglement/boosted-trees.js";
import {
  type FactorCodes,
  type FactorExamples,
  type FactorScoreOptions,
  factorCodes,
  readingFactors,
  splitCodes,
} from "../internal/disentanglement/factor-codes.js";
import { importanceScores } from "../internal/disentanglement/importance-scores.js";
import { meanOf } from "../internal/disentanglement/largest-gap.js";

/** Options of {@link dci}. */
export interface DciOptions extends FactorScoreOptions {
  /** Examples, two thirds of them to learn from. Default 15,000. */
  readonly limit?: number;
}

/** Disentanglement, completeness, informativeness. */
export interface Dci {
  /** 1 where every unit matters to one factor alone. */
  readonly disentanglement: number;
  /** 1 where one unit alone matters to every factor. */
  readonly completeness: number;
  /** Mean accuracy over the factors on the test examples. */
  readonly informativeness: number;
  /** The same on the training examples. */
  readonly trainInformativeness: number;
  /** Importance of units to factors, a row a unit; each column has sum 1. */
  readonly importance: readonly Float64Array[];
  /** Accuracy for each factor that varies on the test examples. */
  readonly accuracies: Float64Array;
  /** Columns of `factors` that vary. */
  readonly factors: readonly number[];
}

/**
 * Disentanglement, completeness and informativeness: which units matter to whoever predicts a factor from all of them, and how well
 * that goes. With R the importance of unit i to factor k, D and C are
 *
 *     D = Σᵢ ρᵢ (1 − H_K(R_ik / Σₖ R_ik)),   C = Σₖ ρₖ (1 − H_D(R_ik / Σᵢ R_ik)),
 *
 * ρ a unit's or factor's share of all importance, and I the accuracy. Predictors are gradient-boosted trees (100 stages of depth 3, rate
 * 0.1), importances the shares of the squared error that their cuts remove. A unit's codes are cut at 255 quantiles, or between all its
 * values where it has no more. Most work of all scores: about four seconds of a core for a hundred classes and thousand examples.
 *
 * **Shapes**: batches with `x` `[batch, …]` and `factors` `[batch, K]`, class numbers. **Memory**: the codes of `limit` examples.
 *
 * **Source**: Eastwood and Williams, "A Framework for the Quantitative Evaluation of Disentangled Representations", 2018, section 2,
 * https://openreview.net/forum?id=By-7dz-AZ; with trees as in Locatello et al. 2019, https://arxiv.org/abs/1811.12359
 *
 * @throws ShapeError when the data have no factors; DataError unless two vary; ConfigError for options out of range.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { shapes } from "@latentkit/data";
 * import { dci } from "@latentkit/metrics";
 * const data = shapes({ count: 60, size: 8, kinds: ["square"], levels: { scale: 2, rotation: 1, x: 1, y: 2 } });
 * const corner = { latentDim: 2, encode: (x: tf.Tensor) => tf.slice(tf.reshape(x, [x.shape[0]!, 64]), [0, 9], [-1, 2]) as tf.Tensor2D };
 * const { disentanglement, completeness, informativeness } = await dci(corner, data);
 * ```
 */
export async function dci(model: Encodes, data: FactorExamples, options: DciOptions = {}): Promise<Dci> {
  const owner = "dci";
  const plan = resolveOptions(owner, readingFactors(15_000), options);
  const all = await factorCodes(owner, model, data, plan, 2);
  const scores = await breathing(dciOf(...splitCodes(all)), plan.signal);
  return { ...scores, factors: all.factors.map(({ index }) => index) };
}

/** The scores of codes to learn from and codes to test on. */
export function* dciOf(train: FactorCodes, test: FactorCodes): Steps<Omit<Dci, "factors">> {
  const importance = Array.from({ length: train.size }, () => new Float64Array(train.factors.length));
  const [known, asked] = binFeatures(train, test);
  const accuracies = new Float64Array(train.factors.length);
  const learnt = new Float64Array(train.factors.length);
  for (const [k, { labels, classes }] of train.factors.entries()) {
    const trees = yield* boostedTrees(known, labels, asked, test.factors[k]!.labels, classes);
    for (const [unit, share] of trees.importance.entries()) importance[unit]![k] = share;
    accuracies[k] = trees.accuracy;
    learnt[k] = trees.trainAccuracy;
  }
  const { disentanglement, completeness } = importanceScores(importance);
  return {
    disentanglement,
    completeness,
    informativeness: meanOf(accuracies),
    trainInformativeness: meanOf(learnt),
    importance,
    accuracies,
  };
}
