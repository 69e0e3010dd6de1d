/** Columns of numbers with mean 0 and deviation 1; a column that never changes stays 0. */
export function standardized(columns: readonly Float64Array[]): Float64Array[] {
  return columns.map((column) => {
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
    const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
    const scale = variance > 1e-24 ? 1 / Math.sqrt(variance) : 0;
    return column.map((value) => (value - mean) * scale);
  });
}

/** Products of columns, divided by their length: correlations of standardised ones, a row for each of `a`. */
export function products(a: readonly Float64Array[], b: readonly Float64Array[]): Float64Array[] {
  return a.map((x) =>
    Float64Array.from(b, (y) => {
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
      return sum / x.length;
    }),
  );
}

/** log det of a positive definite matrix by Cholesky's decomposition; −∞ where a pivot is lost to rounding. */
export function logDeterminant(matrix: readonly Float64Array[]): number {
  const rows = matrix.map((row) => row.slice());
  let sum = 0;
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows[k]![k]!;
    if (!(pivot > 1e-12)) return Number.NEGATIVE_INFINITY;
    sum += Math.log(pivot);
    for (let i = k + 1; i < rows.length; i++) {
      const factor = rows[i]![k]! / pivot;
      for (let j = k; j < rows.length; j++) rows[i]![j]! -= factor * rows[k]![j]!;
    }
  }
  return sum;
}

/**
 * Weights of the lasso ½/n ‖y − Σ w x‖² + α‖w‖₁ by coordinate descent, from products of standardised columns.
 *
 * @param gram - Products of the predictors.
 * @param target - Products of the predictors with what is predicted.
 */
export function lasso(gram: readonly Float64Array[], target: Float64Array, alpha: number): Float64Array {
  const weights = new Float64Array(target.length);
  for (let pass = 0; pass < 1000; pass++) {
    let moved = 0;
    for (let j = 0; j < weights.length; j++) {
      const scale = gram[j]![j]!;
      if (scale === 0) continue;
      let rest = target[j]!;
      for (let k = 0; k < weights.length; k++) if (k !== j) rest -= gram[j]![k]! * weights[k]!;
      const next = (Math.sign(rest) * Math.max(0, Math.abs(rest) - alpha)) / scale;
      moved = Math.max(moved, Math.abs(next - weights[j]!));
      weights[j] = next;
    }
    if (moved < 1e-10) break;
  }
  return weights;
}
