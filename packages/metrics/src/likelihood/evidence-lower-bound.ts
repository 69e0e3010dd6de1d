import { type BoundsLikelihood, random } from "@latentkit/core";
import { checkShape, resolveOptions } from "@latentkit/core/authoring";
import { checkModel } from "../internal/check-model.js";
import { type Examples, eachBatch } from "../internal/each-batch.js";
import { type ReadingOptions, reading, seedOption } from "../internal/options.js";
import { RunningEstimate } from "../internal/running-estimate.js";
import type { Estimate } from "../statistics/estimate.js";

/** Options of {@link evidenceLowerBound}. */
export interface EvidenceLowerBoundOptions extends ReadingOptions {
  /** Seed of the posterior samples. Default 0. Noise depends on `batchSize` too: compare results of equal ones. */
  readonly seed?: number;
}

/** The evidence lower bound over a dataset, in nats per example: `elbo = −reconstruction − kl`. */
export interface EvidenceLowerBound {
  readonly elbo: Estimate;
  /** Negative expected log-likelihood, −E[log p(x|z)]. */
  readonly reconstruction: Estimate;
  /** KL(q(z|x) ‖ p(z)). */
  readonly kl: Estimate;
}

/**
 * The mean evidence lower bound of a dataset and its two parts, with one posterior sample an example.
 *
 * log p(x) ≥ E_q(z|x)[log p(x|z)] − KL(q(z|x) ‖ p(z)). Use it to compare models with the same likelihood on the same
 * held-out data; the negative bound is what tables call "−ELBO" or "NLL ≤".
 *
 * **Units**: nats per example. **Memory**: one batch.
 *
 * **Source**: Kingma and Welling, "Auto-Encoding Variational Bayes", 2014, equation 3. https://arxiv.org/abs/1312.6114
 *
 * @param data - A dataset, whose batches hold the conditions of a conditional model, or a tensor `[n, …]`.
 * @throws ConfigError for options out of range; DataError for no examples, for values that the likelihood cannot score, or for NaN,
 *   naming the example.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { evidenceLowerBound } from "@latentkit/metrics";
 * const constant = (x: tf.Tensor, value: number) => tf.fill<tf.Rank.R1>([x.shape[0]!], value);
 * const model = {
 *   elbo: (x: tf.Tensor) => ({ elbo: constant(x, -3), reconstruction: constant(x, 2), kl: constant(x, 1) }),
 *   logImportanceWeights: (x: tf.Tensor, count: number) => tf.fill<tf.Rank.R2>([x.shape[0]!, count], -3),
 * };
 * const { elbo } = await evidenceLowerBound(model, tf.zeros([10, 4]), { seed: 1 });
 * console.log(`${elbo.mean} ± ${elbo.standardError} nats`);
 * ```
 */
export async function evidenceLowerBound(
  model: BoundsLikelihood,
  data: Examples,
  options: EvidenceLowerBoundOptions = {},
): Promise<EvidenceLowerBound> {
  const owner = "evidenceLowerBound";
  const { seed, ...plan } = resolveOptions(owner, { ...reading(128), seed: seedOption }, options);
  checkModel(owner, model, "elbo");
  const noise = random(seed).stream(owner);
  const [elbo, reconstruction, kl] = Array.from({ length: 3 }, () => new RunningEstimate(owner)) as [
    RunningEstimate,
    RunningEstimate,
    RunningEstimate,
  ];
  await eachBatch(owner, data, { ...plan, model, scored: true }, async ({ x, given, index, size }) => {
    const parts = model.elbo(x, noise.at(index), given);
    const tensors = { elbo: parts.elbo, reconstruction: parts.reconstruction, kl: parts.kl };
    try {
      for (const [name, part] of Object.entries(tensors))
        checkShape(owner, `model.elbo(x).${name}`, part.shape, [size]);
      elbo.add(await parts.elbo.data());
      reconstruction.add(await parts.reconstruction.data());
      kl.add(await parts.kl.data());
    } finally {
      for (const part of Object.values(tensors)) part.dispose();
    }
  });
  return { elbo: elbo.result(), reconstruction: reconstruction.result(), kl: kl.result() };
}
