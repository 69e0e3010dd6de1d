import { type Prior, UnsupportedError } from "@latentkit/core";
import {
  check,
  checkShape,
  checkTensor,
  defineValue,
  integer,
  number,
  numbers,
  smoothExp,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { chooseRows } from "../internal/diagonal-mixture.js";
import { hybridMonteCarlo } from "../internal/hybrid-monte-carlo.js";
import { checkDiscreteDraw } from "./check-draw.js";

/** Options of {@link riemannianPrior}. */
export interface RiemannianPriorOptions {
  /** cᵢ, means of q(z|xᵢ) of some data, `[centroids][latentDim]`. */
  readonly means: readonly (readonly number[])[];
  /** The variances of q(z|xᵢ) by dimension, above 0, `[centroids][latentDim]`. */
  readonly variances: readonly (readonly number[])[];
  /** ρ, how far a centroid is felt, in its own deviations. */
  readonly reach: number;
  /** λ, the metric where no centroid is felt. Default 1e-3. */
  readonly regularization?: number;
  /** τ, how fast the metric falls off far out. Default 1e-3. */
  readonly decay?: number;
  /** Proposals of a chain. Default 40. */
  readonly iterations?: number;
  /** Leapfrog steps of a proposal. Default 5. */
  readonly leaps?: number;
  /** Length of such a step, as a share of ρ times the mean deviation. Default 0.1. */
  readonly stepSize?: number;
}

/** A prior with a metric. */
export interface RiemannianPrior extends Prior {
  /** G(z), which is diagonal: `[rows, latentDim]` → `[rows, latentDim]`. */
  metric(z: tf.Tensor2D): tf.Tensor2D;
  /** ½ log det G(z), the logarithm of the density that is drawn from but for a constant: `[rows]`. */
  logVolume(z: tf.Tensor2D): tf.Tensor1D;
}

const rows = (value: unknown, least = Number.NEGATIVE_INFINITY): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    (row) =>
      Array.isArray(row) && row.length > 0 && row.every((entry) => Number.isFinite(entry) && (entry as number) > least),
  );

/**
 * Codes that lie everywhere alike in the geometry that the encoder has learned: what it is sure about is large there, so that codes are
 * drawn near those of data, and between them, and not far off.
 *
 *     G(z) = Σᵢ Σᵢ⁻¹·exp(−(z − cᵢ)ᵀΣᵢ⁻¹(z − cᵢ)/ρ²) + λ·exp(−τ‖z‖²)·I,   p(z) ∝ √det G(z),
 *
 * drawn by Hamiltonian Monte Carlo from a centroid that is chosen at random: `iterations` proposals, none of which depends on data but for
 * being kept. {@link fitRiemannianPrior} takes means and variances from a VAE. p has no normaliser that could be computed, and so no
 * `logDensity`.
 *
 * **Shapes**: codes `[count, latentDim]`.
 *
 * **Source**: Chadebec and Allassonnière, "A Geometric Perspective on Variational Autoencoders", 2022, equation 5 and section 4.3.
 * https://arxiv.org/abs/2209.07370
 *
 * @throws ConfigError for options that cannot work; ShapeError for means and variances of different sizes; UnsupportedError of densities.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { riemannianPrior } from "@latentkit/losses";
 * const prior = riemannianPrior({ means: [[-1, 0], [1, 0]], variances: [[0.1, 0.1], [0.1, 0.1]], reach: 2 });
 * prior.sample(4, 2, random(1)); // [4, 2]
 * ```
 */
export const riemannianPrior: ValueFactoryOf<RiemannianPriorOptions, RiemannianPrior> = defineValue(
  "riemannianPrior",
  {
    means: numbers<RiemannianPriorOptions["means"]>("rows of finite numbers", (value) => rows(value)),
    variances: numbers<RiemannianPriorOptions["variances"]>("rows of numbers > 0", (value) => rows(value, 0)),
    reach: number({ above: 0 }),
    regularization: number({ above: 0, default: 1e-3 }),
    decay: number({ above: 0, default: 1e-3 }),
    iterations: integer({ min: 1, default: 40 }),
    leaps: integer({ min: 1, default: 5 }),
    stepSize: number({ above: 0, default: 0.1 }),
  },
  ({ means, variances, reach, regularization, decay, iterations, leaps, stepSize }): RiemannianPrior => {
    const owner = "riemannianPrior";
    const [count, latentDim] = [means.length, means[0]!.length];
    for (const row of means) checkShape(owner, "means' row", [row.length], [latentDim]);
    for (const row of variances) checkShape(owner, "variances' row", [row.length], [latentDim]);
    checkShape(owner, "variances", [variances.length], [count]);
    const precisions = variances.map((row) => row.map((variance) => 1 / variance));
    const weighted = means.map((row, i) => row.map((mean, j) => mean * precisions[i]![j]!));
    const squares = weighted.map((row, i) => row.reduce((sum, value, j) => sum + value * means[i]![j]!, 0));
    const deviation = variances.flat().reduce((sum, variance) => sum + Math.sqrt(variance), 0) / (count * latentDim);

    const metric = (z: tf.Tensor2D): tf.Tensor2D => {
      const precision = tf.tensor2d(precisions);
      // (z − c)ᵀΣ⁻¹(z − c) of each row and centroid, by products of matrices.
      const own = tf.matMul(tf.square(z), precision, false, true);
      const across = tf.matMul(z, tf.tensor2d(weighted), false, true);
      const distances = tf.add(tf.sub(own, tf.mul(2, across)), tf.tensor1d(squares));
      const felt = smoothExp(tf.mul(-1 / (reach * reach), tf.maximum(distances, 0)));
      const floor = tf.mul(regularization, smoothExp(tf.mul(-decay, tf.sum(tf.square(z), 1, true))));
      return tf.add(tf.matMul(felt, precision), floor);
    };
    const logVolume = (z: tf.Tensor2D): tf.Tensor1D =>
      tf.mul(0.5, tf.sum(tf.log(tf.maximum(metric(z), 1e-30)), 1)) as tf.Tensor1D;
    return {
      name: owner,
      latentDim,
      metric(z) {
        checkTensor(`${owner}.metric`, "z", z, [null, latentDim]);
        return tf.tidy(() => metric(z));
      },
      logVolume(z) {
        checkTensor(`${owner}.logVolume`, "z", z, [null, latentDim]);
        return tf.tidy(() => logVolume(z));
      },
      sample(wanted, size, random, draw) {
        const { temperature } = checkDiscreteDraw(owner, wanted, size, random, draw);
        check(`${owner}.sample`).that("temperature", temperature, temperature === 1, "1: chains have none");
        checkShape(owner, "codes", [size], [latentDim]);
        return tf.tidy(() => {
          const chosen = chooseRows(tf.zeros([wanted, count]), count, random);
          const pick = (table: readonly (readonly number[])[]): tf.Tensor =>
            tf.matMul(chosen, tf.tensor2d(table as number[][]));
          const noise = tf.mul(random.normal([wanted, latentDim]), tf.sqrt(pick(variances)));
          const start = tf.add(pick(means), noise) as tf.Tensor2D;
          const chain = { iterations, leaps, stepSize: stepSize * reach * deviation };
          return hybridMonteCarlo(start, logVolume, random, chain);
        });
      },
      logDensity() {
        throw new UnsupportedError(
          `${owner}: expected no density to be asked for, √det G having no known integral; draw from it, and bound likelihoods under another prior.`,
        );
      },
      toJSON: () => undefined,
    };
  },
);
