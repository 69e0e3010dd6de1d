import { type Encodes, random } from "@latentkit/core";
import { integer, number, resolveOptions } from "@latentkit/core/authoring";
import { breathing, type Steps } from "../internal/breathing.js";
import {
  type FactorCodes,
  type FactorExamples,
  type FactorScoreOptions,
  factorCodes,
  readingFactors,
  unitCodes,
} from "../internal/disentanglement/factor-codes.js";
import { Draws, type FactorGroups, factorGroups } from "../internal/disentanglement/factor-groups.js";
import { shareEstimate } from "../internal/disentanglement/share-estimate.js";
import type { Estimate } from "../statistics/estimate.js";

/** Options of {@link factorVaeScore}. */
export interface FactorVaeScoreOptions extends FactorScoreOptions {
  /** Examples that are drawn from. Default 15,000. */
  readonly limit?: number;
  /** Examples that share a factor in one vote. Default 64. */
  readonly examples?: number;
  /** Votes to learn from. Default 10,000. */
  readonly train?: number;
  /** Votes to test on. Default 5,000. */
  readonly test?: number;
  /** Standard deviation of codes below which a unit has no vote. Default 0.05. */
  readonly threshold?: number;
}

/** How well the unit that varies least tells the factor that is fixed. */
export interface FactorVaeScore {
  /** Share of the test votes whose factor is told: 1/K is guessing. */
  readonly accuracy: Estimate;
  /** The same on those it was learnt from. */
  readonly trainAccuracy: number;
  /** Training votes by factor that was fixed (rows) and unit. */
  readonly votes: readonly Int32Array[];
  /** Units that have a vote. */
  readonly activeUnits: number;
}

/**
 * FactorVAE score: draws a factor, fixes its value in 64 examples, and lets the unit whose variance shrinks most vote; the majority of
 * 10,000 votes says which factor a unit stands for. No classifier to train, and no way for turned codes to be told apart.
 *
 * Examples are drawn with replacement from those that were encoded, which need several of each value. Without an active unit the accuracy
 * is 0. The standard error is of the draws alone.
 *
 * **Shapes**: batches with `x` `[batch, …]` and `factors` `[batch, K]`, class numbers. **Memory**: the codes of `limit` examples.
 *
 * **Source**: Kim and Mnih, "Disentangling by Factorising", 2018, section 4 and algorithm in appendix B, https://arxiv.org/abs/1802.05983;
 * counts as in Locatello et al. 2019, https://arxiv.org/abs/1811.12359
 *
 * @throws ShapeError when the data have no factors; DataError unless two vary and have values that several examples share; ConfigError
 *   for options out of range.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { shapes } from "@latentkit/data";
 * import { factorVaeScore } from "@latentkit/metrics";
 * const data = shapes({ count: 500, size: 8 });
 * const corner = { latentDim: 2, encode: (x: tf.Tensor) => tf.slice(tf.reshape(x, [x.shape[0]!, 64]), [0, 9], [-1, 2]) as tf.Tensor2D };
 * const { accuracy } = await factorVaeScore(corner, data, { train: 500, test: 500 });
 * ```
 */
export async function factorVaeScore(
  model: Encodes,
  data: FactorExamples,
  options: FactorVaeScoreOptions = {},
): Promise<FactorVaeScore> {
  const owner = "factorVaeScore";
  const specification = {
    ...readingFactors(15_000),
    examples: integer({ min: 2, default: 64 }),
    train: integer({ min: 1, default: 10_000 }),
    test: integer({ min: 1, default: 5_000 }),
    threshold: number({ min: 0, default: 0.05 }),
  };
  const { examples, train, test, threshold, ...plan } = resolveOptions(owner, specification, options);
  const all = await factorCodes(owner, model, data, plan, 2);
  const groups = factorGroups(owner, all);
  const variances = Float64Array.from({ length: all.size }, (_, unit) => variance(unitCodes(all, unit)));
  const active = [...variances.keys()].filter((unit) => variances[unit]! > 0 && variances[unit]! >= threshold ** 2);
  const cast = (name: string, count: number): Promise<Int32Array[]> =>
    breathing(votesOf(all, groups, variances, active, { seed: plan.seed, name, examples, count }), plan.signal);
  const [votes, asked] = [await cast("train", train), await cast("test", test)];
  // The factor that most of a unit's votes are for.
  const stands = Array.from({ length: all.size }, (_, unit) =>
    votes.reduce((best, row, factor) => (row[unit]! > votes[best]![unit]! ? factor : best), 0),
  );
  const right = (cast: readonly Int32Array[]): number =>
    active.reduce((sum, unit) => sum + cast[stands[unit]!]![unit]!, 0);
  return {
    accuracy: shareEstimate(right(asked) / test, test),
    trainAccuracy: right(votes) / train,
    votes,
    activeUnits: active.length,
  };
}

function* votesOf(
  { codes, size }: FactorCodes,
  groups: readonly FactorGroups[],
  variances: Float64Array,
  active: readonly number[],
  asked: { readonly seed: number; readonly name: string; readonly examples: number; readonly count: number },
): Steps<Int32Array[]> {
  const { seed, name, examples, count } = asked;
  const source = random(seed).stream("factorVaeScore").stream(name);
  const votes = groups.map(() => new Int32Array(size));
  const drawn = new Uint32Array(examples);
  for (let vote = 0; vote < count && active.length > 0; vote++) {
    const draws = new Draws(source.at(vote), 2 + examples);
    const factor = draws.below(groups.length);
    const first = draws.example(groups[factor]!);
    for (let i = 0; i < examples; i++) drawn[i] = draws.alike(groups[factor]!, first);
    let [least, chosen] = [Number.POSITIVE_INFINITY, 0];
    for (const unit of active) {
      const left = variance(Float64Array.from(drawn, (example) => codes[example * size + unit]!)) / variances[unit]!;
      if (left < least) [least, chosen] = [left, unit];
    }
    votes[factor]![chosen]!++;
    yield;
  }
  return votes;
}

function variance(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
