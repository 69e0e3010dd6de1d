import { type BoundsLikelihood, random } from "@latentkit/core";
import { Breather, checkShape, integer, resolveOptions } from "@latentkit/core/authoring";
import { checkModel } from "../internal/check-model.js";
import { type Examples, eachBatch } from "../internal/each-batch.js";
import { ExampleValues } from "../internal/example-values.js";
import { LogWeights } from "../internal/log-weights.js";
import { type ReadingOptions, reading, seedOption } from "../internal/options.js";
import { RunningEstimate } from "../internal/running-estimate.js";
import type { Estimate, ExampleEstimate } from "../statistics/estimate.js";

/** Options of {@link importanceWeightedLogLikelihood}. */
export interface ImportanceWeightedLogLikelihoodOptions extends ReadingOptions {
  /** Importance samples an example. Default 5,000, as published tables have. */
  readonly samples?: number;
  /** Samples an example in one pass of the decoder. Default 50. Memory grows with `chunk · batchSize`. */
  readonly chunk?: number;
  /** Seed of the posterior samples. Default 0. Noise depends on `chunk` and `batchSize` too. */
  readonly seed?: number;
}

/** Estimates of log p(x) in nats, with the value of each example. */
export interface ImportanceWeightedLogLikelihood extends ExampleEstimate {
  /**
   * Effective sample size (Σw)²/Σw² over examples: how many of the weights carry the estimate. Near 1 the posterior misses
   * most of p(z|x), and the estimate is still far below log p(x).
   */
  readonly effectiveSamples: Estimate;
}

/**
 * Estimates log p(x) by importance sampling with the model's posterior as proposal:
 * log 1/K Σ_k p(x, z_k)/q(z_k|x), z_k ~ q(z|x). It is a lower bound in expectation that rises with K towards log p(x);
 * K = 1 is the evidence lower bound.
 *
 * Weights are summed as a streaming log-sum-exp in double precision, pass after pass, so that 5,000 samples need the memory
 * of `chunk`.
 *
 * **Units**: nats per example.
 *
 * **Source**: Burda, Grosse and Salakhutdinov, "Importance Weighted Autoencoders", 2016, equation 8.
 * https://arxiv.org/abs/1509.00519; effective sample size: Kong, "A Note on Importance Sampling using Standardized
 * Weights", 1992.
 *
 * @param data - A dataset, whose batches hold the conditions of a conditional model, or a tensor `[n, …]`.
 * @throws ConfigError for options out of range; DataError for no examples, for values that the likelihood cannot score, or for NaN,
 *   naming the example.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { importanceWeightedLogLikelihood } from "@latentkit/metrics";
 * const constant = (x: tf.Tensor) => tf.fill<tf.Rank.R1>([x.shape[0]!], -3);
 * const model = {
 *   elbo: (x: tf.Tensor) => ({ elbo: constant(x), reconstruction: constant(x), kl: constant(x) }),
 *   logImportanceWeights: (x: tf.Tensor, count: number) => tf.fill<tf.Rank.R2>([x.shape[0]!, count], -3),
 * };
 * const { mean } = await importanceWeightedLogLikelihood(model, tf.zeros([4, 2]), { samples: 200 }); // −3
 * ```
 */
export async function importanceWeightedLogLikelihood(
  model: BoundsLikelihood,
  data: Examples,
  options: ImportanceWeightedLogLikelihoodOptions = {},
): Promise<ImportanceWeightedLogLikelihood> {
  const owner = "importanceWeightedLogLikelihood";
  const specification = {
    ...reading(32),
    samples: integer({ min: 1, default: 5000 }),
    chunk: integer({ min: 1, default: 50 }),
    seed: seedOption,
  };
  const { samples, chunk, seed, ...plan } = resolveOptions(owner, specification, options);
  checkModel(owner, model, "logImportanceWeights");
  const breather = new Breather();
  const noise = random(seed).stream(owner);
  const values = new ExampleValues(owner);
  const effectiveSamples = new RunningEstimate(owner);
  await eachBatch(owner, data, { ...plan, model, scored: true }, async ({ x, given, index, size }) => {
    // One stream a batch; its n-th pass continues it.
    const batchNoise = noise.at(index);
    const weights = new LogWeights(size);
    for (let done = 0; done < samples; done += chunk) {
      const count = Math.min(chunk, samples - done);
      const logWeights = model.logImportanceWeights(x, count, batchNoise, given);
      try {
        checkShape(owner, "model.logImportanceWeights(x, count)", logWeights.shape, [size, count]);
        weights.add(await logWeights.data(), count);
      } finally {
        logWeights.dispose();
      }
      await breather.pause();
      plan.signal?.throwIfAborted();
    }
    values.add(weights.logMeans());
    effectiveSamples.add(weights.effectiveSamples());
  });
  return { ...values.result(), effectiveSamples: effectiveSamples.result() };
}
