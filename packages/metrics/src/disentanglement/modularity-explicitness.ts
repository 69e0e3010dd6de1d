import type { Encodes } from "@latentkit/core";
import { integer, resolveOptions } from "@latentkit/core/authoring";
import { breathing } from "../internal/breathing.js";
import {
  type FactorCodes,
  type FactorExamples,
  type FactorScoreOptions,
  factorCodes,
  readingFactors,
  splitCodes,
} from "../internal/disentanglement/factor-codes.js";
import { meanOf } from "../internal/disentanglement/largest-gap.js";
import { mutualInformation } from "../internal/disentanglement/mutual-information.js";
import { softmaxRegression } from "../internal/disentanglement/softmax-regression.js";
import { auroc } from "../statistics/auroc.js";

/** Options of {@link modularityExplicitness}. */
export interface ModularityExplicitnessOptions extends FactorScoreOptions {
  /** Examples, two thirds of them to learn from. Default 15,000. */
  readonly limit?: number;
  /** Bins of one width that a unit's codes are cut into. Default 20. */
  readonly bins?: number;
}

/** Whether units tell of one factor each, and whether all of them together tell of every factor plainly. */
export interface ModularityExplicitness {
  /** Mean over the units, from 0 to 1. */
  readonly modularity: number;
  /** Mean area under the curve over values and factors on the test examples: 0.5 is guessing. */
  readonly explicitness: number;
  /** The same on the training examples. */
  readonly trainExplicitness: number;
  /** 1 where a unit tells of one factor alone; 0 for a unit that tells of none. */
  readonly perUnit: Float64Array;
  /** Explicitness of each factor that varies, on the test examples. */
  readonly perFactor: Float64Array;
  /** Columns of `factors` that vary. */
  readonly factors: readonly number[];
}

/**
 * Modularity and explicitness. A unit is modular when it tells of one factor alone: with m its mutual informations,
 *
 *     1 − Σ_{k≠k*} m_k² / (m_{k*}² (K − 1)),   k* = argmax m.
 *
 * Codes are explicit when softmax regression on all of them tells each value of a factor from the others, by the area under the curve.
 * A code of two units a factor is modular too: see `dci` for completeness.
 *
 * **Shapes**: batches with `x` `[batch, …]` and `factors` `[batch, K]`, class numbers. **Memory**: the codes of `limit` examples.
 *
 * **Source**: Ridgeway and Mozer, "Learning Deep Disentangled Embeddings With the F-Statistic Loss", 2018, section 3.
 * https://arxiv.org/abs/1802.05312
 *
 * @throws ShapeError when the data have no factors; DataError unless two vary; ConfigError for options out of range.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { shapes } from "@latentkit/data";
 * import { modularityExplicitness } from "@latentkit/metrics";
 * const data = shapes({ count: 200, size: 8, levels: { scale: 2, rotation: 2, x: 3, y: 3 } });
 * const corner = { latentDim: 2, encode: (x: tf.Tensor) => tf.slice(tf.reshape(x, [x.shape[0]!, 64]), [0, 9], [-1, 2]) as tf.Tensor2D };
 * const { modularity, explicitness } = await modularityExplicitness(corner, data);
 * ```
 */
export async function modularityExplicitness(
  model: Encodes,
  data: FactorExamples,
  options: ModularityExplicitnessOptions = {},
): Promise<ModularityExplicitness> {
  const owner = "modularityExplicitness";
  const specification = { ...readingFactors(15_000), bins: integer({ min: 2, default: 20 }) };
  const { bins, ...plan } = resolveOptions(owner, specification, options);
  const all = await factorCodes(owner, model, data, plan, 2);
  const [train, test] = splitCodes(all);
  const { information } = await breathing(mutualInformation(train, bins), plan.signal);
  const perUnit = Float64Array.from(information, modularityOf);
  const explicit = await explicitnessOf(train, test, plan.signal);
  return {
    modularity: meanOf(perUnit),
    explicitness: meanOf(explicit.test),
    trainExplicitness: meanOf(explicit.train),
    perUnit,
    perFactor: explicit.test,
    factors: all.factors.map(({ index }) => index),
  };
}

/** Of one unit's mutual informations. */
export function modularityOf(information: Float64Array): number {
  const squares = information.map((value) => value * value);
  const largest = squares.reduce((most, value) => Math.max(most, value), 0);
  if (largest === 0) return 0;
  const others = squares.reduce((sum, value) => sum + value, 0) - largest;
  return 1 - others / (largest * (squares.length - 1));
}

/** Mean area under the curve of each factor's values, on what was learnt from and on the test examples. */
export async function explicitnessOf(
  train: FactorCodes,
  test: FactorCodes,
  signal?: AbortSignal,
): Promise<{ readonly train: Float64Array; readonly test: Float64Array }> {
  const [known, asked] = scaled(train, test);
  const areas = { train: new Float64Array(train.factors.length), test: new Float64Array(train.factors.length) };
  for (const [k, { labels, classes }] of train.factors.entries()) {
    const tell = await softmaxRegression({ rows: known, size: train.size, labels }, classes, signal);
    areas.train[k] = meanArea(tell(known), labels, classes);
    areas.test[k] = meanArea(tell(asked), test.factors[k]!.labels, classes);
  }
  return areas;
}

/** Mean over the values that some but not all examples have. */
function meanArea(shares: Float64Array, labels: Int32Array, classes: number): number {
  const areas: number[] = [];
  for (let value = 0; value < classes; value++) {
    const is = Array.from(labels, (label) => label === value);
    if (!is.includes(true) || !is.includes(false)) continue;
    areas.push(
      auroc(
        is.map((_, i) => shares[i * classes + value]!),
        is,
      ),
    );
  }
  return meanOf(areas);
}

/** Both by the training codes' mean and deviation; a unit that never changes stays 0. */
function scaled(train: FactorCodes, test: FactorCodes): readonly [Float64Array, Float64Array] {
  const { size, count } = train;
  const [mean, squares] = [new Float64Array(size), new Float64Array(size)];
  for (const [i, value] of train.codes.entries()) mean[i % size]! += value / count;
  for (const [i, value] of train.codes.entries()) squares[i % size]! += (value - mean[i % size]!) ** 2 / count;
  const scale = squares.map((square) => (square > 1e-24 ? 1 / Math.sqrt(square) : 0));
  const rows = ({ codes }: FactorCodes): Float64Array =>
    Float64Array.from(codes, (value, i) => (value - mean[i % size]!) * scale[i % size]!);
  return [rows(train), rows(test)];
}
