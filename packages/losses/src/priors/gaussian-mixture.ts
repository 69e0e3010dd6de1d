import { ConfigError, type Prior } from "@latentkit/core";
import {
  categoricalNoise,
  checkShape,
  checkTensor,
  defineValue,
  numbers,
  smoothLogSumExp,
  truncatedNormal,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkDraw } from "./check-draw.js";
import { cholesky, invertLower } from "./linear-algebra.js";

/** Options of {@link gaussianMixture}. */
export interface GaussianMixtureOptions {
  /** Share of each component, ≥ 0, together 1. */
  readonly weights: readonly number[];
  /** Means, `[components][latentDim]`. */
  readonly means: readonly (readonly number[])[];
  /** Covariances, positive definite, `[components][latentDim][latentDim]`. */
  readonly covariances: readonly (readonly (readonly number[])[])[];
}

const LOG_2_PI = Math.log(2 * Math.PI);
const finite = (value: unknown, depth: number): boolean =>
  depth === 0
    ? Number.isFinite(value)
    : Array.isArray(value) && value.length > 0 && value.every((v) => finite(v, depth - 1));

/**
 * A mixture of Gaussians p(z) = Σₖ πₖ N(z; μₖ, Σₖ), such as {@link fitGaussianMixture} finds for the codes of data.
 *
 * **Units**: nats.
 *
 * **Source**: Bishop, "Pattern Recognition and Machine Learning", 2006, section 9.2; as a sampler of autoencoders: Ghosh et al.,
 * "From Variational to Deterministic Autoencoders", 2020, section 4. https://arxiv.org/abs/1903.12436
 *
 * @throws ConfigError for shares that do not sum to 1, sizes that do not agree or a covariance that is not positive definite.
 * @example
 * ```ts
 * import { gaussianMixture } from "@latentkit/losses";
 * const unit = [[1, 0], [0, 1]];
 * const prior = gaussianMixture({ weights: [0.5, 0.5], means: [[-2, 0], [2, 0]], covariances: [unit, unit] });
 * ```
 */
export const gaussianMixture: ValueFactoryOf<GaussianMixtureOptions, Prior> = defineValue(
  "gaussianMixture",
  {
    weights: numbers<GaussianMixtureOptions["weights"]>("numbers ≥ 0 that sum to 1", isShares),
    means: numbers<GaussianMixtureOptions["means"]>("rows of finite numbers", (value) => finite(value, 2)),
    covariances: numbers<GaussianMixtureOptions["covariances"]>(
      "square tables of finite numbers, one for each component",
      (value) => finite(value, 3),
    ),
  },
  mixture,
);

function isShares(value: unknown): boolean {
  if (!finite(value, 1)) return false;
  const shares = value as readonly number[];
  return shares.every((share) => share >= 0) && Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-6;
}

function mixture({ weights, means, covariances }: GaussianMixtureOptions): Prior {
  const latentDim = means[0]!.length;
  const agree =
    means.length === weights.length &&
    covariances.length === weights.length &&
    means.every((row) => row.length === latentDim) &&
    covariances.every((rows) => rows.length === latentDim && rows.every((row) => row.length === latentDim));
  if (!agree) {
    throw new ConfigError(
      `gaussianMixture: expected as many \`means\` and \`covariances\` as \`weights\` (${weights.length}), all of one size, received ${means.length} and ${covariances.length}.`,
    );
  }
  const factors = covariances.map((covariance) => cholesky("gaussianMixture", covariance));
  const whitenings = factors.map(invertLower);
  const logDeterminants = factors.map((rows) => rows.reduce((sum, row, i) => sum + Math.log(row[i]!), 0));
  const components = weights.length;

  const logDensity = (z: tf.Tensor): tf.Tensor => {
    checkTensor("gaussianMixture", "z", z);
    const shape = z.shape.slice(0, -1);
    checkShape("gaussianMixture", "z", [z.shape.at(-1)!], [latentDim]);
    const rows = tf.reshape(z, [-1, latentDim]);
    const each = whitenings.map((whitening, k) => {
      const away = tf.sub(rows, tf.tensor1d([...means[k]!]));
      const y = tf.matMul(away as tf.Tensor2D, tf.tensor2d(whitening), false, true); // L⁻¹(z − μ)
      const constant = Math.log(weights[k]!) - logDeterminants[k]! - 0.5 * latentDim * LOG_2_PI;
      return tf.add(tf.mul(-0.5, tf.sum(tf.square(y), 1)), Math.max(constant, -1e30));
    });
    return tf.reshape(smoothLogSumExp(tf.stack(each, 1) as tf.Tensor2D), shape);
  };

  return {
    name: "gaussianMixture",
    latentDim,
    sample(count, size, random, draw) {
      const { temperature, truncation } = checkDraw("gaussianMixture", count, size, random, draw);
      checkShape("gaussianMixture", "codes", [size], [latentDim]);
      return tf.tidy(() => {
        const logits = tf.tile(tf.tensor2d([weights.map((w) => Math.log(Math.max(w, 1e-38)))]), [count, 1]);
        const drawn = tf.expandDims(categoricalNoise(random, logits), 1);
        const chosen = tf.equal(drawn, tf.range(0, components, 1, "int32")); // [count, components]
        const shape = [count, latentDim];
        const noise = truncation === undefined ? random.normal(shape) : truncatedNormal(random, shape, truncation);
        const scaled = tf.mul(noise, temperature) as tf.Tensor2D;
        const made = factors.map((factor, k) =>
          tf.add(tf.matMul(scaled, tf.tensor2d(factor), false, true), tf.tensor1d([...means[k]!])),
        );
        const all = tf.stack(made, 1); // [count, components, latentDim]
        return tf.sum(tf.mul(all, tf.expandDims(tf.cast(chosen, "float32"), 2)), 1) as tf.Tensor2D;
      });
    },
    logDensity: (z) => tf.tidy(() => logDensity(z)),
    toJSON: () => undefined,
  };
}
