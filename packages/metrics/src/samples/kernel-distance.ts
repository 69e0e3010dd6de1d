import { ConfigError, type Random, random } from "@latentkit/core";
import { Breather, integer, resolveOptions } from "@latentkit/core/authoring";
import { defaultFeatures } from "../features/default-features.js";
import type { Examples } from "../internal/each-batch.js";
import { withFeaturePair } from "../internal/feature-pair.js";
import { reading, rowFunction, seedOption } from "../internal/options.js";
import { RunningEstimate } from "../internal/running-estimate.js";
import type { Estimate } from "../statistics/estimate.js";
import type { FeatureMetricOptions } from "./frechet-distance.js";

/** Options of {@link kernelDistance}. */
export interface KernelDistanceOptions extends FeatureMetricOptions {
  /** Random subsets that the estimate is averaged over. Default 100. */
  readonly subsets?: number;
  /** Examples of each set in a subset. Default 1,000. Both sets need as many, and more for an error to be known. */
  readonly subsetSize?: number;
  /** Seed of the subsets. Default 0. */
  readonly seed?: number;
}

/**
 * The kernel distance, known as KID: the unbiased estimate of the squared maximum mean discrepancy of two sets' features
 * under the kernel `(x·y/features + 1)³`, averaged over random subsets. Unlike FID it is right on average for few examples,
 * and 0 (± its error) for equal distributions.
 *
 * **Source**: Bińkowski et al., "Demystifying MMD GANs", 2018, equation 4 and section 4; subsets as in the authors' code.
 * https://arxiv.org/abs/1801.01401
 *
 * Kernels are summed in double precision: among features of a million their cubes differ beyond the digits of float32.
 *
 * @returns The mean over subsets, its standard error over subsets, and the number of subsets. The error is NaN where nothing is known
 *   of it: for one subset, and for subsets that are the whole sets, of which there is one.
 * @throws ConfigError for options out of range, and for subsets larger than a set; ShapeError without `features` for other than
 *   28×28 greys, and for features of unequal width; DataError for NaN or no examples.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { kernelDistance } from "@latentkit/metrics";
 * import * as tf from "@tensorflow/tfjs";
 * const [real, generated] = [random(1).normal([200, 2]), random(2).normal([200, 2])];
 * const { mean } = await kernelDistance(real, generated, { features: (x) => tf.clone(x) as tf.Tensor2D, subsetSize: 100 });
 * ```
 */
export async function kernelDistance(
  real: Examples,
  generated: Examples,
  options: KernelDistanceOptions = {},
): Promise<Estimate> {
  const owner = "kernelDistance";
  const specification = {
    ...reading(256, 2),
    features: rowFunction,
    subsets: integer({ min: 1, default: 100 }),
    subsetSize: integer({ min: 2, default: 1000 }),
    seed: seedOption,
  };
  const { subsets, subsetSize, seed, features: given, ...plan } = resolveOptions(owner, specification, options);
  const features = given ?? (await defaultFeatures(owner));
  return withFeaturePair(owner, { real, generated }, features, plan, async (x, y) => {
    const fewest = Math.min(x.shape[0], y.shape[0]);
    if (subsetSize > fewest) {
      throw new ConfigError(
        `${owner}: expected \`subsetSize\` to be at most the size of the smaller set, ${fewest}, received ${subsetSize}; pass a smaller one, such as ${Math.max(2, Math.floor(fewest / 2))}.`,
      );
    }
    const width = x.shape[1];
    const rows = [
      new Rows(Float64Array.from(await x.data()), width),
      new Rows(Float64Array.from(await y.data()), width),
    ] as const;
    const source = random(seed).stream(owner);
    const values = new RunningEstimate(owner);
    const breather = new Breather();
    // Subsets of whole sets are all the same.
    const different = subsetSize === Math.max(x.shape[0], y.shape[0]) ? 1 : subsets;
    for (let i = 0; i < different; i++) {
      const [a, b] = rows.map((set) => set.subset(subsetSize, source)) as [Rows, Rows];
      const pause = async (): Promise<void> => {
        await breather.pause();
        plan.signal?.throwIfAborted();
      };
      values.add([await discrepancy(a, b, pause)]);
    }
    return values.result();
  });
}

/** Rows of numbers in double precision. */
class Rows {
  readonly values: Float64Array;
  readonly width: number;
  readonly count: number;

  constructor(values: Float64Array, width: number) {
    this.values = values;
    this.width = width;
    this.count = values.length / width;
  }

  /** Rows drawn without repetition; all of them, in order, when that many are wanted. */
  subset(size: number, source: Random): Rows {
    const chosen = size === this.count ? undefined : source.permutation(this.count);
    const values = new Float64Array(size * this.width);
    for (let i = 0; i < size; i++) {
      const from = (chosen?.[i] ?? i) * this.width;
      values.set(this.values.subarray(from, from + this.width), i * this.width);
    }
    return new Rows(values, this.width);
  }
}

/** Unbiased squared maximum mean discrepancy: pairs of an example with itself are left out. */
async function discrepancy(x: Rows, y: Rows, pause: () => Promise<void>): Promise<number> {
  const size = x.count;
  let [within, across] = [0, 0];
  for (let i = 0; i < size; i++) {
    within += kernelSum(x, i, x, i) + kernelSum(y, i, y, i);
    across += kernelSum(x, i, y, size);
    if (i % 16 === 0) await pause();
  }
  return (2 * within) / (size * (size - 1)) - (2 * across) / (size * size);
}

/** Σ (a·bⱼ/features + 1)³ of one row with the first `count` rows of others, four at a time. */
function kernelSum(rows: Rows, row: number, others: Rows, count: number): number {
  const width = rows.width;
  const [a, b] = [rows.values, others.values];
  const from = row * width;
  const kernel = (product: number): number => (product / width + 1) ** 3;
  let sum = 0;
  let j = 0;
  for (; j + 4 <= count; j += 4) {
    const first = j * width;
    const [second, third, fourth] = [first + width, first + 2 * width, first + 3 * width];
    let [p, q, r, s] = [0, 0, 0, 0];
    for (let k = 0; k < width; k++) {
      const value = a[from + k]!;
      p += value * b[first + k]!;
      q += value * b[second + k]!;
      r += value * b[third + k]!;
      s += value * b[fourth + k]!;
    }
    sum += kernel(p) + kernel(q) + kernel(r) + kernel(s);
  }
  for (; j < count; j++) {
    let product = 0;
    for (let k = 0; k < width; k++) product += a[from + k]! * b[j * width + k]!;
    sum += kernel(product);
  }
  return sum;
}
