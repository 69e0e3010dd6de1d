import { DataError, random } from "@latentkit/core";
import { abortSignal, checkShape, checkTensor, choice, integer, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { covariance } from "../internal/covariance.js";
import { nearestDistances } from "../internal/distances.js";
import { seedOption } from "../internal/options.js";

/**
 * Where codes are drawn.
 * - `matched`: the Gaussian with the mean and covariance of the codes.
 * - `empty`: the emptiest places of that Gaussian, far from every code.
 * - `prior`: the standard normal, wherever the codes are.
 */
export type LatentRegion = "empty" | "matched" | "prior";

/** Options of {@link sampleCodes}. */
export interface SampleCodesOptions {
  readonly count: number;
  /** Default `matched`. */
  readonly region?: LatentRegion;
  /** For `empty`: draws of which the emptiest one is kept. Default 10. */
  readonly pool?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Ends a search for empty places. */
  readonly signal?: AbortSignal;
}

/** Adds this share of the mean variance to each unit, so that units that never change have an inverse too. */
const JITTER = 1e-6;

/**
 * Draws new codes where a model's own codes are, or where they are not.
 *
 * `empty` draws `pool · count` codes from the Gaussian matched to the given codes and keeps the `count` whose nearest given
 * code is farthest, in the metric of that Gaussian (whitened). The rule has no threshold and no scale: it takes as empty,
 * for every model alike, the emptiest tenth of the space its codes claim.
 *
 * **Shapes**: `[n, latentDim]` → `[count, latentDim]`, in random order for `matched` and `prior`, emptiest first for `empty`.
 *
 * @param codes - Codes of data; {@link encodeDataset} gives them.
 * @throws ConfigError for options out of range; DataError for fewer than two codes or NaN.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { sampleCodes } from "@latentkit/metrics";
 * import type * as tf from "@tensorflow/tfjs";
 * const codes = random(1).normal<tf.Rank.R2>([500, 2]);
 * const holes = await sampleCodes(codes, { count: 16, region: "empty" }); // [16, 2]
 * ```
 */
export async function sampleCodes(codes: tf.Tensor2D, options: SampleCodesOptions): Promise<tf.Tensor2D> {
  const owner = "sampleCodes";
  const specification = {
    count: integer({ min: 1 }),
    region: choice(["empty", "matched", "prior"], { default: "matched" }),
    pool: integer({ min: 1, default: 10 }),
    seed: seedOption,
    signal: abortSignal(),
  };
  const { count, region, pool, seed, signal } = resolveOptions(owner, specification, options);
  checkTensor(owner, "codes", codes);
  checkShape(owner, "codes", codes.shape, [null, null]);
  const size = codes.shape[1];
  const noise = random(seed).stream(owner);
  if (region === "prior") return noise.normal<tf.Rank.R2>([count, size]);

  if (codes.shape[0] < 2) throw new DataError(`${owner}: expected at least two codes, received ${codes.shape[0]}.`);
  const { mean, matrix } = await covariance(owner, codes, { batchSize: 4096, signal }, undefined, "codes");
  const factor = choleskyFactor(matrix, size);
  const center = tf.tensor1d(Float32Array.from(mean));
  const spread = tf.tensor2d(Float32Array.from(factor.to1DArray()), [size, size]);
  const draws = noise.normal<tf.Rank.R2>([region === "empty" ? pool * count : count, size]);
  let chosen = draws;
  try {
    if (region === "empty") {
      const whitened = await whiten(codes, mean, factor);
      const order = descending(await nearestDistances(draws, whitened, 1, { signal })).subarray(0, count);
      whitened.dispose();
      chosen = tf.tidy(() => tf.gather(draws, tf.tensor1d(Int32Array.from(order), "int32")));
    }
    return tf.tidy(() => tf.add<tf.Tensor2D>(tf.matMul(chosen, spread, false, true), center));
  } finally {
    tf.dispose([center, spread, draws, chosen]);
  }
}

/** L with LLᵀ the covariance. */
function choleskyFactor(matrix: Float64Array, size: number): Matrix {
  const square = new Matrix(Array.from({ length: size }, (_, row) => matrix.subarray(row * size, (row + 1) * size)));
  const jitter = JITTER * (square.trace() / size) || JITTER;
  for (let i = 0; i < size; i++) square.set(i, i, square.get(i, i) + jitter);
  return new CholeskyDecomposition(square).lowerTriangularMatrix;
}

/** L⁻¹(z − mean) of each code, by forward substitution in double precision. */
async function whiten(codes: tf.Tensor2D, mean: Float64Array, factor: Matrix): Promise<tf.Tensor2D> {
  const [count, size] = codes.shape;
  const values = await codes.data();
  const out = new Float32Array(count * size);
  const row = new Float64Array(size);
  const lower = factor.to2DArray();
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < size; j++) {
      let rest = values[i * size + j]! - mean[j]!;
      for (let k = 0; k < j; k++) rest -= lower[j]![k]! * row[k]!;
      row[j] = rest / lower[j]![j]!;
    }
    out.set(row, i * size);
  }
  return tf.tensor2d(out, [count, size]);
}

function descending(values: Float64Array): Uint32Array {
  return Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[b]! - values[a]!);
}
