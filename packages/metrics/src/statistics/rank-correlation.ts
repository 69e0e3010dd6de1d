import { DataError, ShapeError } from "@latentkit/core";
import { averageRanks } from "../internal/average-ranks.js";
import { checkNumbers } from "../internal/check-numbers.js";

/**
 * Spearman's rank correlation: 1 when the values rise together, whatever the curve, −1 when one falls as the other rises.
 * Use it where only the order is meant to agree: a learnt coordinate against the true parameter of a manifold, a critic's
 * estimate against sample quality.
 *
 * The Pearson correlation of ranks, equal values sharing the mean of their ranks.
 *
 * **Source**: Spearman, "The Proof and Measurement of Association between Two Things", 1904.
 * https://doi.org/10.2307/1412159
 *
 * @throws ShapeError unless there are as many values in both; DataError for fewer than two, for values that are all equal,
 *   or for NaN.
 * @example
 * ```ts
 * import { rankCorrelation } from "@latentkit/metrics";
 * rankCorrelation([1, 2, 3, 4], [1, 4, 9, 16]); // 1
 * ```
 */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkNumbers("rankCorrelation", "a", a);
  checkNumbers("rankCorrelation", "b", b);
  if (a.length !== b.length) {
    throw new ShapeError(`rankCorrelation: expected as many values in both, received ${a.length} and ${b.length}.`);
  }
  const [ranksA, ranksB] = [checked("a", a), checked("b", b)];
  const mean = (a.length + 1) / 2;
  let [product, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [fromA, fromB] = [ranksA[i]! - mean, ranksB[i]! - mean];
    product += fromA * fromB;
    squaresA += fromA * fromA;
    squaresB += fromB * fromB;
  }
  return product / Math.sqrt(squaresA * squaresB);
}

function checked(name: string, values: ArrayLike<number>): Float64Array {
  let varies = false;
  for (let i = 0; i < values.length; i++) {
    varies ||= values[i] !== values[0];
  }
  if (!varies) {
    throw new DataError(
      `rankCorrelation: expected \`${name}\` to have at least two different values; without an order there is no correlation.`,
    );
  }
  return averageRanks(values);
}
