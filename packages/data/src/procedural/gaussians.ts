import { ConfigError, type Random, random } from "@latentkit/core";
import { check, listOf, maxOf, number, numbers, optional, resolveOptions } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { EigenvalueDecomposition, Matrix, QrDecomposition } from "ml-matrix";
import type { ArrayDataset } from "../array-dataset.js";
import { DRAWS } from "../internal/options.js";
import { store } from "../internal/store.js";

/** Batches of points: `x` float32 `[batch, dimensions]`. */
export type GaussiansBatch = Readonly<{ x: tf.Tensor2D }>;

/** The distribution that points were drawn from. */
export interface GaussiansInfo {
  readonly mean: readonly number[];
  /** `[dimensions][dimensions]`. */
  readonly covariance: readonly (readonly number[])[];
  /** Variances along the principal axes, the largest first. */
  readonly spectrum: readonly number[];
  /** The principal axes as unit vectors, in the order of the spectrum: `[dimensions][dimensions]`, one row each. */
  readonly axes: readonly (readonly number[])[];
}

/** Options of {@link gaussians}: a spectrum, whose axes are drawn at random, or a covariance. */
export interface GaussiansOptions {
  /** Points. Default 10,000. */
  readonly count?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Variances along the principal axes, each ≥ 0. Default [4, 2, 1, 0.5], when there is no covariance either. */
  readonly spectrum?: readonly number[];
  /** Symmetric and positive semidefinite, instead of a spectrum. */
  readonly covariance?: readonly (readonly number[])[];
  /** Default 0. */
  readonly mean?: readonly number[];
}

const OPTIONS = {
  ...DRAWS,
  spectrum: optional(listOf(number({ min: 0 }), { minLength: 1 })),
  covariance: optional(numbers<readonly (readonly number[])[]>("a symmetric square matrix", isSymmetric)),
  mean: optional(listOf(number())),
};

/**
 * Points of one Gaussian in several dimensions whose principal axes are known: what a linear autoencoder must find.
 *
 * x = mean + Σ √spectrum[k] · ε[k] · axes[k] with ε standard normal. A linear autoencoder with k units leaves the sum of
 * the variances after the k-th as its squared error.
 *
 * **Shapes** `x` float32 `[batch, dimensions]`.
 *
 * @throws ConfigError when an option cannot work, or the covariance is not symmetric and positive semidefinite.
 * @example
 * ```ts
 * import { gaussians } from "@latentkit/data";
 * const data = gaussians({ count: 1000, spectrum: [9, 4, 1] });
 * console.log(data.info.axes[0]); // the direction with variance 9
 * ```
 */
export function gaussians(options: GaussiansOptions = {}): ArrayDataset<GaussiansBatch, GaussiansInfo> {
  const { count, seed, ...given } = resolveOptions("gaussians", OPTIONS, options);
  const stream = random(seed).stream("gaussians");
  const { spectrum, axes } = given.covariance
    ? decompose(given.covariance, given.spectrum)
    : drawAxes(given.spectrum ?? [4, 2, 1, 0.5], stream);
  const size = spectrum.length;
  const mean = given.mean ?? spectrum.map(() => 0);
  check("gaussians").that("mean", mean, mean.length === size, `${size} numbers`);

  const noise = stream.fillNormal(new Float32Array(count * size));
  const values = new Float32Array(count * size);
  const scales = spectrum.map(Math.sqrt);
  for (let i = 0; i < values.length; i++) {
    const [row, column] = [i - (i % size), i % size];
    let value = mean[column]!;
    for (let k = 0; k < size; k++) value += scales[k]! * noise[row + k]! * axes[k]![column]!;
    values[i] = value;
  }
  const covariance = axes.map((_, i) =>
    axes.map((_, j) => spectrum.reduce((sum, variance, k) => sum + variance * axes[k]![i]! * axes[k]![j]!, 0)),
  );
  const fields = { x: { values, shape: [size], dtype: "float32", scale: 1 } } as const;
  return store<GaussiansBatch, GaussiansInfo>("gaussians", fields, { mean: [...mean], covariance, spectrum, axes });
}

type Principal = Pick<GaussiansInfo, "spectrum" | "axes">;

/** Axes drawn evenly from all rotations: the orthogonal factor of a matrix of normal values. */
function drawAxes(given: readonly number[], stream: Random): Principal {
  const size = given.length;
  const normal = stream.stream("axes").fillNormal(new Float32Array(size * size));
  const axes = new QrDecomposition(Matrix.from1DArray(size, size, normal)).orthogonalMatrix.transpose().to2DArray();
  return { spectrum: [...given].sort((a, b) => b - a), axes };
}

function decompose(covariance: readonly (readonly number[])[], spectrum: unknown): Principal {
  const matrix = covariance.map((row) => [...row]);
  const largest = maxOf(matrix.flat().map(Math.abs));
  check("gaussians").that("spectrum", spectrum, spectrum === undefined, "absent when there is a covariance");
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(new Matrix(matrix), {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  const smallest = realEigenvalues[order.at(-1)!]!;
  if (smallest < -1e-9 * largest) {
    throw new ConfigError(
      `gaussians: expected \`covariance\` to be positive semidefinite, received one with an eigenvalue of ${smallest}; no data has such a covariance.`,
    );
  }
  return {
    spectrum: order.map((i) => Math.max(0, realEigenvalues[i]!)),
    axes: order.map((i) => eigenvectorMatrix.getColumn(i)),
  };
}

function isSymmetric(given: unknown): boolean {
  if (!Array.isArray(given) || given.length === 0 || !given.every(Array.isArray)) return false;
  const matrix = given as readonly (readonly number[])[];
  if (!matrix.every((row) => row.length === matrix.length && row.every(Number.isFinite))) return false;
  const largest = maxOf(matrix.flat().map(Math.abs));
  return matrix.every((row, i) => row.every((value, j) => Math.abs(value - matrix[j]![i]!) <= 1e-9 * largest));
}
