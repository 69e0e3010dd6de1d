import { ShapeError } from "@latentkit/core";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Mean and covariance of a set's features. */
export interface GaussianMoments {
  readonly mean: Float64Array;
  /** Row after row. */
  readonly covariance: Float64Array;
  /** Examples they were measured on. */
  readonly count: number;
}

/**
 * The Fréchet (Wasserstein-2) distance of two Gaussians, squared:
 * `‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2·(Σ₁Σ₂)^½)`. The root's trace is that of the symmetric `(Σ₁^½·Σ₂·Σ₁^½)^½`, whose eigenvalues
 * are real, so that singular covariances need no offset.
 *
 * **Source**: Dowson and Landau, "The Fréchet distance between multivariate normal distributions", 1982, equation 4.
 *
 * @throws ShapeError when the moments have different sizes.
 * @example
 * ```ts
 * import { frechetDistanceOfMoments } from "@latentkit/metrics";
 * const at = (mean: number) => ({ mean: Float64Array.of(mean), covariance: Float64Array.of(1), count: 100 });
 * frechetDistanceOfMoments(at(0), at(3)); // 9
 * ```
 */
export function frechetDistanceOfMoments(first: GaussianMoments, second: GaussianMoments): number {
  const size = first.mean.length;
  if (second.mean.length !== size) {
    throw new ShapeError(
      `frechetDistance: expected as many features in both sets, received ${size} and ${second.mean.length}.`,
    );
  }
  let distance = 0;
  for (let i = 0; i < size; i++) distance += (first.mean[i]! - second.mean[i]!) ** 2;
  const [a, b] = [square(first.covariance, size), square(second.covariance, size)];
  const root = symmetricRoot(a);
  const product = symmetric(root.mmul(b).mmul(root));
  const eigenvalues = new EigenvalueDecomposition(product, { assumeSymmetric: true }).realEigenvalues;
  // Rounding leaves tiny negative eigenvalues where the covariance is singular.
  const trace = eigenvalues.reduce((sum, value) => sum + Math.sqrt(Math.max(value, 0)), 0);
  return Math.max(0, distance + a.trace() + b.trace() - 2 * trace);
}

function square(values: Float64Array, size: number): Matrix {
  return Matrix.from1DArray(size, size, [...values]);
}

/** Removes the asymmetry that rounding leaves, which the decomposition would take for real. */
function symmetric(matrix: Matrix): Matrix {
  return Matrix.add(matrix, matrix.transpose()).mul(0.5);
}

/** The positive semi-definite square root of a covariance. */
function symmetricRoot(matrix: Matrix): Matrix {
  const decomposition = new EigenvalueDecomposition(symmetric(matrix), { assumeSymmetric: true });
  const vectors = decomposition.eigenvectorMatrix;
  const scaled = vectors.clone();
  for (const [column, value] of decomposition.realEigenvalues.entries()) {
    scaled.mulColumn(column, Math.sqrt(Math.max(value, 0)));
  }
  return scaled.mmul(vectors.transpose());
}
