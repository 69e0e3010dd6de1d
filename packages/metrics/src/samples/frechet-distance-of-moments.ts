import { ConfigError, DataError, ShapeError } from "@latentkit/core";
import { atOnce, type Steps } from "../internal/breathing.js";
import { symmetricEigen } from "../internal/symmetric-eigen.js";

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
 * @throws ShapeError when the moments have different sizes; DataError when they are not finite.
 * @example
 * ```ts
 * import { frechetDistanceOfMoments } from "@latentkit/metrics";
 * const at = (mean: number) => ({ mean: Float64Array.of(mean), covariance: Float64Array.of(1), count: 100 });
 * frechetDistanceOfMoments(at(0), at(3)); // 9
 * ```
 */
export function frechetDistanceOfMoments(first: GaussianMoments, second: GaussianMoments): number {
  return atOnce(distanceOfMoments("frechetDistanceOfMoments", first, second));
}

/** {@link frechetDistanceOfMoments} in steps, in the name of whoever asks. */
export function* distanceOfMoments(owner: string, first: GaussianMoments, second: GaussianMoments): Steps<number> {
  const size = checkMoments(owner, "first", first);
  if (checkMoments(owner, "second", second) !== size) {
    throw new ShapeError(
      `${owner}: expected as many features in both sets, received ${size} and ${second.mean.length}.`,
    );
  }
  let distance = 0;
  for (let i = 0; i < size; i++) distance += (first.mean[i]! - second.mean[i]!) ** 2;
  const [a, b] = [symmetric(first.covariance, size), symmetric(second.covariance, size)];
  const root = yield* symmetricRoot(a, size);
  const product = yield* multiply(yield* multiply(root, b, size), root, size);
  const { values } = yield* symmetricEigen(symmetric(product, size), size, false);
  // Rounding leaves tiny negative eigenvalues where the covariance is singular.
  const trace = values.reduce((sum, value) => sum + Math.sqrt(Math.max(value, 0)), 0);
  return Math.max(0, distance + traceOf(a, size) + traceOf(b, size) - 2 * trace);
}

function checkMoments(owner: string, name: string, moments: GaussianMoments): number {
  const { mean, covariance } = (moments ?? {}) as Partial<GaussianMoments>;
  if (!(mean instanceof Float64Array) || !(covariance instanceof Float64Array)) {
    throw new ConfigError(
      `${owner}: expected \`${name}\` to be moments such as featureMoments gives, with \`mean\` and \`covariance\`.`,
    );
  }
  const size = mean.length;
  if (size === 0 || covariance.length !== size * size) {
    throw new ShapeError(
      `${owner}: expected \`${name}\` to have a covariance of ${size} · ${size} values for a mean of ${size}, received ${covariance.length}.`,
    );
  }
  if (!mean.every(Number.isFinite) || !covariance.every(Number.isFinite)) {
    throw new DataError(`${owner}: \`${name}\` has NaN or infinite moments; check the data and the model.`);
  }
  return size;
}

/** Removes the asymmetry that rounding leaves. */
function symmetric(values: Float64Array, size: number): Float64Array {
  return values.map((value, at) => {
    const [row, column] = [Math.floor(at / size), at % size];
    return 0.5 * (value + values[column * size + row]!);
  });
}

function traceOf(values: Float64Array, size: number): number {
  let trace = 0;
  for (let i = 0; i < size; i++) trace += values[i * size + i]!;
  return trace;
}

/** The positive semi-definite square root of a covariance: Σ √λ·vvᵀ. */
function* symmetricRoot(matrix: Float64Array, size: number): Steps<Float64Array> {
  const { values, vectors } = yield* symmetricEigen(matrix, size);
  const transposed = new Float64Array(size * size);
  const scaled = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const root = Math.sqrt(Math.max(values[i]!, 0));
    for (let j = 0; j < size; j++) {
      transposed[j * size + i] = vectors[i * size + j]!;
      scaled[i * size + j] = root * vectors[i * size + j]!;
    }
  }
  return yield* multiply(transposed, scaled, size);
}

function* multiply(a: Float64Array, b: Float64Array, size: number): Steps<Float64Array> {
  const product = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const to = product.subarray(row * size, (row + 1) * size);
    for (let k = 0; k < size; k++) {
      const factor = a[row * size + k]!;
      for (let column = 0; column < size; column++) to[column]! += factor * b[k * size + column]!;
    }
    yield;
  }
  return product;
}
