import { type Encodes, random } from "@latentkit/core";
import { integer, resolveOptions } from "@latentkit/core/authoring";
import { breathing, type Steps } from "../internal/breathing.js";
import {
  type FactorCodes,
  type FactorExamples,
  type FactorScoreOptions,
  factorCodes,
  readingFactors,
} from "../internal/disentanglement/factor-codes.js";
import { Draws, type FactorGroups, factorGroups } from "../internal/disentanglement/factor-groups.js";
import { shareEstimate } from "../internal/disentanglement/share-estimate.js";
import {
  type LabelledRows,
  likeliestRight,
  softmaxRegression,
} from "../internal/disentanglement/softmax-regression.js";
import type { Estimate } from "../statistics/estimate.js";

/** Options of {@link betaVaeScore}. */
export interface BetaVaeScoreOptions extends FactorScoreOptions {
  /** Examples that pairs are drawn from. Default 15,000. */
  readonly limit?: number;
  /** Pairs that share a factor, over which differences are averaged. Default 64. */
  readonly pairs?: number;
  /** Averages to learn from. Default 10,000. */
  readonly train?: number;
  /** Averages to test on. Default 5,000. */
  readonly test?: number;
}

/** How well the factor that pairs share is told from their differences. */
export interface BetaVaeScore {
  /** Share of the test averages whose factor is told: 1/K is guessing. */
  readonly accuracy: Estimate;
  /** The same on those it was learnt from. */
  readonly trainAccuracy: number;
}

/**
 * BetaVAE score: draws a factor and pairs of examples that share its value, averages |z₁ − z₂| over 64 pairs, and asks softmax regression
 * which factor it was. 1 where each factor moves units of its own; turned codes reach it too, so that it is easily fooled.
 *
 * Pairs are drawn with replacement from the examples that were encoded, which need several of each value. The standard error is of the
 * draws alone.
 *
 * **Shapes**: batches with `x` `[batch, …]` and `factors` `[batch, K]`, class numbers. **Memory**: the codes of `limit` examples.
 *
 * **Source**: Higgins et al., "β-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework", 2017, section 3,
 * https://openreview.net/forum?id=Sy2fzU9gl; counts as in Locatello et al. 2019, https://arxiv.org/abs/1811.12359
 *
 * @throws ShapeError when the data have no factors; DataError unless two vary and have values that several examples share; ConfigError
 *   for options out of range.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { shapes } from "@latentkit/data";
 * import { betaVaeScore } from "@latentkit/metrics";
 * const data = shapes({ count: 500, size: 8 });
 * const corner = { latentDim: 2, encode: (x: tf.Tensor) => tf.slice(tf.reshape(x, [x.shape[0]!, 64]), [0, 9], [-1, 2]) as tf.Tensor2D };
 * const { accuracy } = await betaVaeScore(corner, data, { train: 500, test: 500 });
 * ```
 */
export async function betaVaeScore(
  model: Encodes,
  data: FactorExamples,
  options: BetaVaeScoreOptions = {},
): Promise<BetaVaeScore> {
  const owner = "betaVaeScore";
  const specification = {
    ...readingFactors(15_000),
    pairs: integer({ min: 1, default: 64 }),
    train: integer({ min: 2, default: 10_000 }),
    test: integer({ min: 1, default: 5_000 }),
  };
  const { pairs, train, test, ...plan } = resolveOptions(owner, specification, options);
  const all = await factorCodes(owner, model, data, plan, 2);
  const groups = factorGroups(owner, all);
  const drawn = (name: string, count: number): Promise<LabelledRows> =>
    breathing(averagedDifferences(all, groups, { seed: plan.seed, name, pairs, count }), plan.signal);
  const [known, asked] = [await drawn("train", train), await drawn("test", test)];
  const tell = await softmaxRegression(known, groups.length, plan.signal);
  return {
    accuracy: shareEstimate(likeliestRight(tell(asked.rows), asked.labels, groups.length), test),
    trainAccuracy: likeliestRight(tell(known.rows), known.labels, groups.length),
  };
}

function* averagedDifferences(
  { codes, size }: FactorCodes,
  groups: readonly FactorGroups[],
  asked: { readonly seed: number; readonly name: string; readonly pairs: number; readonly count: number },
): Steps<LabelledRows> {
  const { seed, name, pairs, count } = asked;
  const source = random(seed).stream("betaVaeScore").stream(name);
  const rows = new Float64Array(count * size);
  const labels = new Int32Array(count);
  for (let point = 0; point < count; point++) {
    const draws = new Draws(source.at(point), 1 + 2 * pairs);
    const factor = draws.below(groups.length);
    labels[point] = factor;
    for (let pair = 0; pair < pairs; pair++) {
      const one = draws.example(groups[factor]!);
      const other = draws.alike(groups[factor]!, one);
      for (let unit = 0; unit < size; unit++) {
        rows[point * size + unit]! += Math.abs(codes[one * size + unit]! - codes[other * size + unit]!) / pairs;
      }
    }
    yield;
  }
  return { rows, size, labels };
}
