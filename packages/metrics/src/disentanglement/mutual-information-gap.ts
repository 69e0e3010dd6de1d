import type { Encodes } from "@latentkit/core";
import { integer, resolveOptions } from "@latentkit/core/authoring";
import { breathing } from "../internal/breathing.js";
import {
  type FactorExamples,
  type FactorScoreOptions,
  factorCodes,
  readingFactors,
} from "../internal/disentanglement/factor-codes.js";
import { largestTwo, meanOf } from "../internal/disentanglement/largest-gap.js";
import { mutualInformation } from "../internal/disentanglement/mutual-information.js";

/** Options of {@link mutualInformationGap}. */
export interface MutualInformationGapOptions extends FactorScoreOptions {
  /** Examples. Default 10,000. The estimate is biased upwards by about bins · classes / (2 · examples) nats. */
  readonly limit?: number;
  /** Bins of one width that a unit's codes are cut into. Default 20, as in the protocol. */
  readonly bins?: number;
}

/** How far one unit alone tells of each factor. */
export interface MutualInformationGap {
  /** Mean gap over the factors, from 0 to 1. */
  readonly score: number;
  /** Gap of each factor that varies, in the order of `factors`. */
  readonly perFactor: Float64Array;
  /** I(unit; factor) in nats, a row a unit. */
  readonly information: readonly Float64Array[];
  /** Entropy of each factor in nats. */
  readonly entropies: Float64Array;
  /** Columns of `factors` that vary. */
  readonly factors: readonly number[];
}

/**
 * Mutual information gap: for every factor, how much more the unit that tells most of it tells than the next, as a share of what there
 * is to tell. 1 where each factor has a unit of its own; 0 where two units tell as much. Insensitive to how a unit tells it.
 *
 *     MIG = 1/K Σₖ (I(zⱼ; vₖ) − max_{i≠j} I(zᵢ; vₖ)) / H(vₖ),   j = argmaxᵢ I(zᵢ; vₖ).
 *
 * Compare ranges over seeds of training: between seeds scores differ more than between objectives (Locatello et al. 2019).
 *
 * **Shapes**: batches with `x` `[batch, …]` and `factors` `[batch, K]`, class numbers. **Memory**: the codes of `limit` examples.
 *
 * **Source**: Chen, Li, Grosse and Duvenaud, "Isolating Sources of Disentanglement in Variational Autoencoders", 2018, equation 6,
 * https://arxiv.org/abs/1802.04942; bins and counts as in Locatello et al., "Challenging Common Assumptions in the Unsupervised Learning
 * of Disentangled Representations", 2019, https://arxiv.org/abs/1811.12359
 *
 * @throws ShapeError when the data have no factors; DataError when none varies; ConfigError for options out of range.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { shapes } from "@latentkit/data";
 * import { mutualInformationGap } from "@latentkit/metrics";
 * const data = shapes({ count: 500, size: 8 });
 * const corner = { latentDim: 2, encode: (x: tf.Tensor) => tf.slice(tf.reshape(x, [x.shape[0]!, 64]), [0, 9], [-1, 2]) as tf.Tensor2D };
 * const { score } = await mutualInformationGap(corner, data);
 * ```
 */
export async function mutualInformationGap(
  model: Encodes,
  data: FactorExamples,
  options: MutualInformationGapOptions = {},
): Promise<MutualInformationGap> {
  const owner = "mutualInformationGap";
  const specification = { ...readingFactors(10_000), bins: integer({ min: 2, default: 20 }) };
  const { bins, ...plan } = resolveOptions(owner, specification, options);
  const all = await factorCodes(owner, model, data, plan);
  const { information, entropies } = await breathing(mutualInformation(all, bins), plan.signal);
  const perFactor = Float64Array.from(all.factors, (_, factor) => {
    const [largest, second] = largestTwo(information, factor);
    return (largest - second) / entropies[factor]!;
  });
  const factors = all.factors.map(({ index }) => index);
  return { score: meanOf(perFactor), perFactor, information, entropies, factors };
}
