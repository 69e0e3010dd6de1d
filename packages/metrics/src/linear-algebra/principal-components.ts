import { ConfigError } from "@latentkit/core";
import { check, checkShape, checkTensor, integer, optional, resolveOptions, sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { breathing } from "../internal/breathing.js";
import { covariance } from "../internal/covariance.js";
import type { Examples } from "../internal/each-batch.js";
import { type ReadingOptions, reading } from "../internal/options.js";
import { symmetricEigen } from "../internal/symmetric-eigen.js";

/** Options of {@link principalComponents}. */
export interface PrincipalComponentsOptions extends ReadingOptions {
  /** Components to keep. Default as many as there are values in an example. */
  readonly components?: number;
}

/** The principal components of a dataset. Holds no tensors: nothing to dispose. */
export interface PrincipalComponents {
  /** Mean example, flat. */
  readonly mean: Float64Array;
  /** Unit vectors along which the data vary most, the first most of all; each flat, as long as an example. */
  readonly components: readonly Float64Array[];
  /** Variance of the data along every direction, discarded ones too, descending: the covariance's eigenvalues. */
  readonly variances: Float64Array;
  /**
   * Sum of the variances that the components leave out: the summed squared error per example that no linear autoencoder of
   * this code size can go below on these data.
   */
  readonly discarded: number;
  /** Coordinates along the components: `[batch, …]` → `[batch, components]`. A feature function for other metrics. */
  project(x: tf.Tensor): tf.Tensor2D;
  /** Examples with these coordinates, flat: `[batch, components]` → `[batch, size]`. */
  restore(z: tf.Tensor): tf.Tensor2D;
}

/** Above this the covariance alone takes more than 128 MB. */
const LARGEST = 4096;

/**
 * Principal component analysis of a dataset of any size: the eigenvectors of its covariance.
 *
 * Variances are divided by n, so that the mean squared error of the data restored from k components is exactly the sum of
 * the discarded variances. The sign of a component is such that its largest value is positive.
 *
 * **Memory**: one batch and size² numbers; the decomposition of 784² takes a few seconds, in which others get
 * their turns.
 *
 * **Source**: Pearson, "On Lines and Planes of Closest Fit to Systems of Points in Space", 1901.
 * https://doi.org/10.1080/14786440109462720
 *
 * @param data - A dataset, or a tensor `[n, …]`; examples are flattened.
 * @throws ConfigError for more components than an example has values, or for examples of more than 4,096 values; DataError
 *   for no examples.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { principalComponents } from "@latentkit/metrics";
 * const pca = await principalComponents(tf.tensor2d([[0, 0], [1, 1], [2, 2]]), { components: 1 });
 * pca.components[0]; // [0.707…, 0.707…]
 * ```
 */
export async function principalComponents(
  data: Examples,
  options: PrincipalComponentsOptions = {},
): Promise<PrincipalComponents> {
  const owner = "principalComponents";
  const specification = { ...reading(512), components: optional(integer({ min: 1 })) };
  const { components: wanted, ...plan } = resolveOptions(owner, specification, options);
  const { mean, matrix } = await covariance(owner, data, plan, (size) => {
    if (size > LARGEST) {
      throw new ConfigError(
        `${owner}: expected examples of at most ${LARGEST} values, received ${size}; make images smaller or encode them first.`,
      );
    }
  });
  const size = mean.length;
  const count = check(owner).integer("components", wanted ?? size, { min: 1, max: size });
  const { values, vectors } = await breathing(symmetricEigen(matrix, size), plan.signal);
  // Rounding can leave a variance of 0 slightly below it.
  const variances = values.map((value) => Math.max(0, value));
  const components = Array.from({ length: count }, (_, i) => withPositivePeak(vectors.slice(i * size, (i + 1) * size)));
  return {
    mean,
    components,
    variances,
    discarded: variances.subarray(count).reduce((sum, variance) => sum + variance, 0),
    ...projections(mean, components),
  };
}

function withPositivePeak(vector: Float64Array): Float64Array {
  const peak = vector.reduce((largest, v) => (Math.abs(v) > Math.abs(largest) ? v : largest), 0);
  return peak < 0 ? vector.map((v) => -v) : vector;
}

function projections(
  mean: Float64Array,
  components: readonly Float64Array[],
): Pick<PrincipalComponents, "project" | "restore"> {
  const [count, size] = [components.length, mean.length];
  const flat = new Float32Array(count * size);
  components.forEach((component, i) => {
    flat.set(component, i * size);
  });
  const center = Float32Array.from(mean);
  return {
    project: (x) =>
      tf.tidy(() => {
        checkTensor("principalComponents.project", "x", x);
        const rows = tf.reshape(tf.cast(x, "float32"), [x.shape[0] ?? 1, sizeOf(x.shape.slice(1))]);
        checkShape("principalComponents.project", "x", rows.shape, [null, size]);
        return tf.matMul(tf.sub(rows, tf.tensor1d(center)), tf.tensor2d(flat, [count, size]), false, true);
      }),
    restore: (z) =>
      tf.tidy(() => {
        checkTensor("principalComponents.restore", "z", z);
        checkShape("principalComponents.restore", "z", z.shape, [null, count]);
        return tf.add(tf.matMul(z as tf.Tensor2D, tf.tensor2d(flat, [count, size])), tf.tensor1d(center));
      }),
  };
}
