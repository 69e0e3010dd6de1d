import { DataError, ShapeError } from "@latentkit/core";
import { averageRanks } from "../internal/average-ranks.js";
import { checkNumbers } from "../internal/check-numbers.js";

/**
 * Area under the receiver operating characteristic: the probability that a positive example scores above a negative one,
 * ties counting half. 0.5 is guessing, 1 is perfect. Needs no threshold, which is why anomaly scores are judged by it.
 *
 * U / (n₊ · n₋), U the Mann–Whitney statistic, from ranks.
 *
 * **Source**: Hanley and McNeil, "The Meaning and Use of the Area under a Receiver Operating Characteristic (ROC) Curve",
 * 1982. https://doi.org/10.1148/radiology.143.1.7063747
 *
 * @param scores - Larger means more likely positive.
 * @param positive - Whether each example is positive: booleans, or 1 and 0.
 * @throws ShapeError unless there are as many scores as labels; DataError unless there are examples of both kinds, and no NaN.
 * @example
 * ```ts
 * import { auroc } from "@latentkit/metrics";
 * auroc([0.1, 0.4, 0.35, 0.8], [false, false, true, true]); // 0.75
 * ```
 */
export function auroc(scores: ArrayLike<number>, positive: ArrayLike<boolean | number>): number {
  checkNumbers("auroc", "scores", scores);
  checkNumbers("auroc", "positive", positive, "booleans, or 1 and 0");
  if (scores.length !== positive.length) {
    throw new ShapeError(`auroc: expected as many scores as labels, received ${scores.length} and ${positive.length}.`);
  }
  const ranks = averageRanks(scores);
  let [positives, rankSum] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    if (!positive[i]) continue;
    positives++;
    rankSum += ranks[i]!;
  }
  const negatives = scores.length - positives;
  if (positives === 0 || negatives === 0) {
    throw new DataError(
      `auroc: expected examples of both kinds, received ${positives} positive and ${negatives} negative.`,
    );
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
