import { type Encodes, type EncodesDistribution, type Given, random, UnsupportedError } from "@latentkit/core";
import { check, choice, integer, number, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { averageRanks } from "../internal/average-ranks.js";
import { breathing, type Steps } from "../internal/breathing.js";
import { checkModel } from "../internal/check-model.js";
import { lasso, products, standardized } from "../internal/disentanglement/correlation.js";
import { meanOf } from "../internal/disentanglement/largest-gap.js";
import { type BatchPlan, type Examples, eachBatch, type VisitedBatch } from "../internal/each-batch.js";
import { type ReadingOptions, reading, seedOption } from "../internal/options.js";
import { codeColumns } from "./total-correlation.js";

/** Options of {@link unsupervisedDisentanglementRanking}. */
export interface UnsupervisedDisentanglementRankingOptions extends ReadingOptions {
  /** Examples. Default 10,000. */
  readonly limit?: number;
  /** Where the order of the data comes from. Default 0. */
  readonly seed?: number;
  /** How units are compared: by weights of a `lasso` (α = 0.1) from one model's units to the other's, or by `spearman` rank correlation. */
  readonly similarity?: "lasso" | "spearman";
  /** Divergence from the prior in nats, or variance of codes for models without `posterior`, that a unit has to exceed. Default 0.01. */
  readonly threshold?: number;
}

/** A trained model to be ranked. */
export type RankedModel = Encodes & Partial<Pick<EncodesDistribution, "posterior">>;

/** How far trained models found the same units. */
export interface UnsupervisedDisentanglementRanking {
  /** Score of each model: the median of its pairs. */
  readonly scores: Float64Array;
  /** Score of each pair, compared from the row's model to the column's; 0 of a model with itself. */
  readonly pairs: readonly Float64Array[];
  /** Units of each model that carry information. */
  readonly informative: readonly number[];
}

/**
 * Unsupervised disentanglement ranking: models of one kind that were trained from several seeds are good where they found the same units,
 * up to order and sign. Chooses among trained models and settings without a single label.
 *
 * With R the similarity of informative units of two models, every unit scores (max R)² / Σ R over the other's units, a pair the mean over
 * both models' means, and a model the median over its pairs.
 *
 * **Memory**: the codes of `limit` examples by all models.
 *
 * **Source**: Duan et al., "Unsupervised Model Selection for Variational Disentangled Representation Learning", 2020, equation 3,
 * https://arxiv.org/abs/1905.12614, with both models weighing alike, as its authors' code has it.
 *
 * @param models - At least two, trained on the same kind of data.
 * @throws ConfigError for fewer than two models and options out of range; DataError for codes that are not finite.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { unsupervisedDisentanglementRanking } from "@latentkit/metrics";
 * import * as tf from "@tensorflow/tfjs";
 * const one = { latentDim: 3, encode: (x: tf.Tensor) => tf.clone(x) as tf.Tensor2D };
 * const other = { latentDim: 3, encode: (x: tf.Tensor) => tf.neg(tf.reverse(x, 1)) as tf.Tensor2D };
 * const { scores } = await unsupervisedDisentanglementRanking([one, other], random(1).normal([500, 3]));
 * ```
 */
export async function unsupervisedDisentanglementRanking(
  models: readonly RankedModel[],
  data: Examples,
  options: UnsupervisedDisentanglementRankingOptions = {},
): Promise<UnsupervisedDisentanglementRanking> {
  const owner = "unsupervisedDisentanglementRanking";
  const specification = {
    ...reading(128),
    limit: integer({ min: 2, default: 10_000 }),
    seed: seedOption,
    similarity: choice(["lasso", "spearman"], { default: "lasso" }),
    threshold: number({ min: 0, default: 0.01 }),
  };
  const { similarity, threshold, seed, ...plan } = resolveOptions(owner, specification, options);
  const several = Array.isArray(models) && models.length > 1;
  check(owner).that("models", models, several, "a list of at least two models");
  const found: Float64Array[][] = [];
  for (const model of models) {
    checkModel(owner, model, "encode", "latentDim");
    // The same order for every model.
    const read = { ...plan, random: random(seed).stream("disentanglement") };
    const columns = await codeColumns(owner, model, data, read);
    const kept = await informativeUnits(
      owner,
      model,
      data,
      { ...read, random: read.random.copy() },
      columns,
      threshold,
    );
    const compared = kept.map((unit) => (similarity === "spearman" ? averageRanks(columns[unit]!) : columns[unit]!));
    found.push(standardized(compared));
  }
  const pairs = await breathing(compare(found, similarity), plan.signal);
  const scores = Float64Array.from(found, (_, model) =>
    median(pairs.filter((__, other) => other !== model).map((row) => row[model]!)),
  );
  return { scores, pairs, informative: found.map(({ length }) => length) };
}

function* compare(found: readonly Float64Array[][], similarity: "lasso" | "spearman"): Steps<Float64Array[]> {
  const pairs = found.map(() => new Float64Array(found.length));
  for (const [i, from] of found.entries()) {
    const gram = products(from, from);
    for (const [j, to] of found.entries()) {
      if (i === j) continue;
      yield;
      const together = products(from, to);
      const columns = to.map((_, unit) => Float64Array.from(together, (row) => row[unit]!));
      const weights = similarity === "lasso" ? columns.map((column) => lasso(gram, column, 0.1)) : columns;
      pairs[i]![j] = pairScore(weights.map((column) => column.map(Math.abs)));
    }
  }
  return pairs;
}

/** Mean of both models' mean of (max R)² / Σ R; 0 where there is nothing to compare. */
export function pairScore(similarities: readonly Float64Array[]): number {
  const [first] = similarities;
  if (first === undefined || first.length === 0) return 0;
  const turned = Array.from(first, (_, i) => Float64Array.from(similarities, (row) => row[i]!));
  return (meanOf(similarities.map(strength)) + meanOf(turned.map(strength))) / 2;
}

function strength(row: Float64Array): number {
  const sum = row.reduce((all, one) => all + one, 0);
  return sum > 0 ? row.reduce((most, one) => Math.max(most, one), 0) ** 2 / sum : 0;
}

async function informativeUnits(
  owner: string,
  model: RankedModel,
  data: Examples,
  plan: BatchPlan,
  columns: readonly Float64Array[],
  threshold: number,
): Promise<number[]> {
  const sums = new Float64Array(columns.length);
  let gaussian = typeof model.posterior === "function";
  const add = async ({ x, given }: VisitedBatch): Promise<void> => {
    const kl = gaussian ? divergences(model, x, given) : undefined;
    gaussian = kl !== undefined;
    if (kl === undefined) return;
    for (const [unit, value] of (await kl.data()).entries()) sums[unit]! += value;
    kl.dispose();
  };
  const count = gaussian ? await eachBatch(owner, data, { ...plan, model }, add) : 0;
  return [...columns.keys()].filter(
    (unit) => (gaussian ? sums[unit]! / count : varianceOf(columns[unit]!)) > threshold,
  );
}

/** Summed KL(q(z|x) ‖ N(0, I)) of each unit; nothing for a posterior that is no diagonal Gaussian. */
function divergences(model: RankedModel, x: tf.Tensor, given: Given | undefined): tf.Tensor | undefined {
  try {
    return tf.tidy(() => {
      const { mean, logVariance } = model.posterior!(x, given);
      return tf.mul(0.5, tf.sum(tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), tf.add(logVariance, 1)), 0));
    });
  } catch (error) {
    if (error instanceof UnsupportedError) return undefined;
    throw error;
  }
}

function varianceOf(values: Float64Array): number {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
