import { DataError, type Prior, type Random, random } from "@latentkit/core";
import { abortSignal, checkTensor, flag, integer, number, resolveOptions } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { type GaussianMixtureOptions, gaussianMixture } from "./gaussian-mixture.js";
import { cholesky, invertLower } from "./linear-algebra.js";

/** Options of {@link fitGaussianMixture}. */
export interface FitGaussianMixtureOptions {
  /** Number of Gaussians. Default 10. */
  readonly components?: number;
  /** Passes of expectation maximisation at most. Default 100. */
  readonly iterations?: number;
  /** Gain of the mean log-likelihood, in nats, below which it ends. Default 1e-3. */
  readonly tolerance?: number;
  /** What is added to each variance. Default 1e-6. */
  readonly regularization?: number;
  /** Keeps covariances diagonal. Default false. */
  readonly diagonal?: boolean;
  /** Seed of the first means. Default 0. */
  readonly seed?: number;
  /** Ends a fit that takes long. */
  readonly signal?: AbortSignal;
}

/** A fitted mixture: the prior, and how well it fits. */
export interface FittedMixture {
  readonly prior: Prior;
  /** Its numbers, as {@link gaussianMixture} takes them. */
  readonly options: GaussianMixtureOptions;
  /** Mean log-likelihood of the codes, in nats. */
  readonly logLikelihood: number;
  readonly iterations: number;
}

const specification = {
  components: integer({ min: 1, default: 10 }),
  iterations: integer({ min: 1, default: 100 }),
  tolerance: number({ min: 0, default: 1e-3 }),
  regularization: number({ min: 0, default: 1e-6 }),
  diagonal: flag({ default: false }),
  seed: integer({ min: 0, default: 0 }),
  signal: abortSignal(),
};

/**
 * Fits a Gaussian mixture to codes by expectation maximisation, in double precision, from means chosen as k-means++ does. With
 * `withPrior` it turns an autoencoder into a generator, and a variational one into a better one.
 *
 * **Shapes**: codes `[examples, latentDim]`. **Units**: nats.
 *
 * **Source**: Dempster, Laird and Rubin, "Maximum Likelihood from Incomplete Data via the EM Algorithm", 1977; Bishop, "Pattern
 * Recognition and Machine Learning", 2006, equations 9.23 to 9.28; k-means++: Arthur and Vassilvitskii, 2007.
 *
 * @throws DataError for codes that are not finite, or fewer than components; ConfigError for other options.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { fitGaussianMixture } from "@latentkit/losses";
 * const { prior } = await fitGaussianMixture(random(1).normal([100, 2]), { components: 2 });
 * ```
 */
export async function fitGaussianMixture(
  codes: tf.Tensor,
  options: FitGaussianMixtureOptions = {},
): Promise<FittedMixture> {
  const owner = "fitGaussianMixture";
  const { components, iterations, tolerance, regularization, diagonal, seed, signal } = resolveOptions(
    owner,
    specification,
    options,
  );
  checkTensor(owner, "codes", codes);
  const [count, size] = codes.shape as [number, number];
  if (codes.rank !== 2 || count < components) {
    throw new DataError(
      `${owner}: expected at least ${components} codes [examples, latentDim], received [${codes.shape.join(", ")}].`,
    );
  }
  const x = Float64Array.from(await codes.data());
  if (!x.every(Number.isFinite)) throw new DataError(`${owner}: expected finite codes, received NaN or infinity.`);

  const data = { x, count, size };
  let state = start(data, components, random(seed).stream("means"), regularization);
  let logLikelihood = Number.NEGATIVE_INFINITY;
  let done = 0;
  for (; done < iterations; done++) {
    signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve));
    const { shares, mean } = expect(data, state, owner);
    const gain = mean - logLikelihood;
    logLikelihood = mean;
    if (Math.abs(gain) < tolerance) break;
    state = maximise(data, shares, { regularization, diagonal });
  }
  return { prior: gaussianMixture(state), options: state, logLikelihood, iterations: done };
}

interface Data {
  readonly x: Float64Array;
  readonly count: number;
  readonly size: number;
}

/** Means chosen far apart, each with the codes' own variances. */
function start(
  { x, count, size }: Data,
  components: number,
  source: Random,
  regularization: number,
): GaussianMixtureOptions {
  const distance = new Float64Array(count).fill(1);
  const means: number[][] = [];
  for (let k = 0; k < components; k++) {
    const total = distance.reduce((sum, d) => sum + d, 0);
    let left = source.next() * total;
    let chosen = count - 1;
    for (let i = 0; i < count; i++) {
      left -= distance[i]!;
      if (left <= 0) {
        chosen = i;
        break;
      }
    }
    const centre = [...x.subarray(chosen * size, (chosen + 1) * size)];
    means.push(centre);
    for (let i = 0; i < count; i++) {
      let d = 0;
      for (let j = 0; j < size; j++) d += (x[i * size + j]! - centre[j]!) ** 2;
      distance[i] = k === 0 ? d : Math.min(distance[i]!, d);
    }
  }
  const variances = Array.from({ length: size }, (_, j) => {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < count; i++) sum += x[i * size + j]!;
    for (let i = 0; i < count; i++) squares += (x[i * size + j]! - sum / count) ** 2;
    return squares / count + Math.max(regularization, 1e-12);
  });
  const covariance = variances.map((variance, i) => variances.map((_, j) => (i === j ? variance : 0)));
  return { weights: means.map(() => 1 / components), means, covariances: means.map(() => covariance) };
}

/** Each component's share of each code, and the mean log-likelihood. */
function expect(
  { x, count, size }: Data,
  mixture: GaussianMixtureOptions,
  owner: string,
): { shares: Float64Array[]; mean: number } {
  const { weights, means, covariances } = mixture;
  const logs = weights.map((weight, k) => {
    const lower = cholesky(owner, covariances[k]!);
    const whitening = invertLower(lower);
    const constant =
      Math.log(weight) - lower.reduce((sum, row, i) => sum + Math.log(row[i]!), 0) - 0.5 * size * Math.log(2 * Math.PI);
    const away = new Float64Array(size);
    const log = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < size; j++) away[j] = x[i * size + j]! - means[k]![j]!;
      let squares = 0;
      for (let j = 0; j < size; j++) {
        const row = whitening[j]!;
        let y = 0;
        for (let m = 0; m <= j; m++) y += row[m]! * away[m]!;
        squares += y * y;
      }
      log[i] = constant - 0.5 * squares;
    }
    return log;
  });
  let sum = 0;
  for (let i = 0; i < count; i++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (const log of logs) largest = Math.max(largest, log[i]!);
    let total = 0;
    for (const log of logs) total += Math.exp(log[i]! - largest);
    const logTotal = largest + Math.log(total);
    sum += logTotal;
    for (const log of logs) log[i] = Math.exp(log[i]! - logTotal);
  }
  return { shares: logs, mean: sum / count };
}

function maximise(
  { x, count, size }: Data,
  shares: readonly Float64Array[],
  { regularization, diagonal }: { readonly regularization: number; readonly diagonal: boolean },
): GaussianMixtureOptions {
  const parts = shares.map((share) => {
    const total = share.reduce((sum, value) => sum + value, 0) + 1e-10;
    const mean = new Array<number>(size).fill(0);
    for (let i = 0; i < count; i++) for (let j = 0; j < size; j++) mean[j]! += (share[i]! * x[i * size + j]!) / total;
    const covariance = Array.from({ length: size }, () => new Array<number>(size).fill(0));
    const away = new Float64Array(size);
    for (let i = 0; i < count; i++) {
      if (share[i]! < 1e-12) continue;
      for (let j = 0; j < size; j++) away[j] = x[i * size + j]! - mean[j]!;
      for (let j = 0; j < size; j++) {
        const row = covariance[j]!;
        const scaled = (share[i]! * away[j]!) / total;
        for (let m = diagonal ? j : 0; m <= j; m++) row[m]! += scaled * away[m]!;
      }
    }
    for (let j = 0; j < size; j++) {
      for (let m = 0; m < j; m++) covariance[m]![j] = covariance[j]![m]!;
      covariance[j]![j]! += Math.max(regularization, 1e-12);
    }
    return { total, mean, covariance };
  });
  const all = parts.reduce((sum, { total }) => sum + total, 0);
  return {
    weights: parts.map(({ total }) => total / all),
    means: parts.map(({ mean }) => mean),
    covariances: parts.map(({ covariance }) => covariance),
  };
}
