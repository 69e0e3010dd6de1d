/** What a matrix of importances says of codes. */
export interface ImportanceScores {
  readonly disentanglement: number;
  readonly completeness: number;
  /** 1 where a unit serves one factor alone. */
  readonly perUnit: Float64Array;
  /** 1 where a factor is served by one unit alone. */
  readonly perFactor: Float64Array;
}

/**
 * Disentanglement Σᵢ ρᵢ (1 − H_K(P_i·)) and completeness Σₖ ρₖ (1 − H_D(P_·k)) of importances R: P the shares of a row or column, ρ its
 * share of all, entropies to the base of the number of factors K or units D.
 *
 * @param importance - A row a unit, a column a factor, ≥ 0.
 */
export function importanceScores(importance: readonly Float64Array[]): ImportanceScores {
  const columns = Array.from(importance[0] ?? [], (_, factor) => Float64Array.from(importance, (row) => row[factor]!));
  const units = focus(importance);
  const factors = focus(columns);
  return {
    disentanglement: units.mean,
    completeness: factors.mean,
    perUnit: units.perRow,
    perFactor: factors.perRow,
  };
}

function focus(rows: readonly Float64Array[]): { readonly perRow: Float64Array; readonly mean: number } {
  const sums = rows.map((row) => row.reduce((all, one) => all + one, 0));
  const total = sums.reduce((all, one) => all + one, 0);
  const perRow = Float64Array.from(rows, (row, i) => {
    const base = Math.log(row.length);
    // Of nothing, all shares are alike; a single column leaves no choice.
    if (sums[i] === 0) return 0;
    if (base === 0) return 1;
    const entropy = row.reduce((all, one) => (one > 0 ? all - (one / sums[i]!) * Math.log(one / sums[i]!) : all), 0);
    return 1 - entropy / base;
  });
  const mean = total === 0 ? 0 : perRow.reduce((all, one, i) => all + (one * sums[i]!) / total, 0);
  return { perRow, mean };
}
