import { ConfigError } from "@latentkit/core";

/**
 * The lower triangular L with L·Lᵀ = `matrix`, in double precision.
 *
 * @throws ConfigError when the matrix is not positive definite.
 */
export function cholesky(owner: string, matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const lower = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i]![j]!;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      if (i !== j) lower[i]![j] = sum / lower[j]![j]!;
      else if (sum > 0) lower[i]![i] = Math.sqrt(sum);
      else throw new ConfigError(`${owner}: expected positive definite covariances, received one that is not.`);
    }
  }
  return lower;
}

/** The inverse of a lower triangular matrix. */
export function invertLower(lower: readonly (readonly number[])[]): number[][] {
  const size = lower.length;
  const inverse = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let column = 0; column < size; column++) {
    for (let i = column; i < size; i++) {
      let sum = i === column ? 1 : 0;
      for (let k = column; k < i; k++) sum -= lower[i]![k]! * inverse[k]![column]!;
      inverse[i]![column] = sum / lower[i]![i]!;
    }
  }
  return inverse;
}
