import { ShapeError } from "@latentkit/core";
import { check, maxOf, minOf } from "@latentkit/core/authoring";

/**
 * How far a pair of mixed strategies is from a Nash equilibrium of a zero-sum game: what both players together could win by
 * answering best, `max_j (pᵀA)_j − min_i (A·q)_i`. Never negative, and 0 exactly at an equilibrium.
 *
 * The two players of a GAN play such a game over networks, where the best answers are out of reach; on a matrix they are not.
 *
 * **Shapes**: `payoff` `[rows][columns]`, what the row player pays; `row` and `column` probabilities.
 *
 * **Source**: Grnarova et al., "A Domain Agnostic Measure for Monitoring and Evaluating GANs", 2019, equation 2.
 * https://arxiv.org/abs/1811.05512
 *
 * @throws ShapeError when the strategies do not fit the matrix; ConfigError when they are no probabilities.
 * @example
 * ```ts
 * import { dualityGap } from "@latentkit/gan";
 * const game = [[0, 1, -1], [-1, 0, 1], [1, -1, 0]]; // rock, paper, scissors
 * dualityGap(game, [1, 0, 0], [1, 0, 0]); // 2
 * dualityGap(game, [1 / 3, 1 / 3, 1 / 3], [1 / 3, 1 / 3, 1 / 3]); // 0
 * ```
 */
export function dualityGap(
  payoff: readonly (readonly number[])[],
  row: readonly number[],
  column: readonly number[],
): number {
  const must = check("dualityGap");
  const isList = (value: unknown): boolean => Array.isArray(value) && value.every(Number.isFinite);
  must.that("payoff", payoff, Array.isArray(payoff) && payoff.every(isList), "rows of finite numbers");
  must.that("row", row, isList(row) && row.length > 0, "probabilities that add up to 1");
  must.that("column", column, isList(column) && column.length > 0, "probabilities that add up to 1");
  if (payoff.length !== row.length || payoff.some((line) => line.length !== column.length)) {
    throw new ShapeError(
      `dualityGap: expected \`payoff\` to have ${row.length} rows of ${column.length}, received ${payoff.length} of ${payoff.map((line) => line.length).join(", ")}.`,
    );
  }
  for (const [name, strategy] of Object.entries({ row, column })) {
    const total = strategy.reduce((sum, share) => sum + share, 0);
    const fits = strategy.every((share) => share >= 0) && Math.abs(total - 1) < 1e-6;
    must.that(name, strategy, fits, "probabilities that add up to 1");
  }
  const answers = column.map((_, j) => payoff.reduce((sum, line, i) => sum + row[i]! * line[j]!, 0));
  const costs = payoff.map((line) => line.reduce((sum, value, j) => sum + value * column[j]!, 0));
  return maxOf(answers) - minOf(costs);
}
