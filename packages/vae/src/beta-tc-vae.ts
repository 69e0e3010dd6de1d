import { ConfigError, type ModelFactory, type Schedule } from "@latentkit/core";
import { choice, defineModel, integer, schedule } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type AggregateEstimator, aggregateDensity } from "./internal/aggregate-density.js";
import { checkBatchSize } from "./internal/check-batch-size.js";
import { densityOf } from "./internal/check-density.js";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { LatentVariableModelOf } from "./types.js";

/** Options of {@link betaTcVae}. */
export interface BetaTcVaeOptions extends LatentOptions {
  /** Examples in the data that the model is trained on, N: the aggregate of all codes is estimated with it. */
  readonly datasetSize: number;
  /** Weight of the mutual information between examples and codes, α. Default 1. */
  readonly alpha?: number | Schedule;
  /** Weight of the total correlation between the code's dimensions, β. Default 6, the paper's for pictures of shapes. */
  readonly beta?: number | Schedule;
  /** Weight of the dimensions' divergence from the prior, γ. Default 1. */
  readonly gamma?: number | Schedule;
  /** `weighted`, the default and the paper's choice, or `stratified`, which has no bias. */
  readonly estimator?: AggregateEstimator;
}

/**
 * β-TCVAE: of the three parts of a VAE's divergence, the one that makes dimensions of the code independent is weighted, and what the
 * code tells about an example is not. Disentangles as a β-VAE does, with better reconstructions and no network beside it.
 *
 * Minimises, on average over the batch, with q(z) = 1/N Σₙ q(z|xₙ),
 *
 *     −log p(x|z) + α·[log q(z|x) − log q(z)] + β·[log q(z) − Σ_d log q(z_d)] + γ·[Σ_d log q(z_d) − log p(z)],   z ~ q(z|x):
 *
 * index-code mutual information, total correlation and dimension-wise KL, which for α = β = γ = 1 sum to the VAE's divergence. Logs
 * `betaTcVae/reconstruction`, `betaTcVae/mutualInformation`, `betaTcVae/totalCorrelation` and `betaTcVae/dimensionWiseKl`. One batch
 * knows little of q(z) of much data, so the estimates are biased towards more mutual information and less correlation.
 *
 * **Shapes**: `batch.x` `[batch, …]`, two examples or more, codes `[batch, latentDim]`. **Units**: nats per example.
 *
 * **Source**: Chen, Li, Grosse and Duvenaud, "Isolating Sources of Disentanglement in Variational Autoencoders", 2018, equations 2, 4
 * and S6. https://arxiv.org/abs/1802.04942
 *
 * @throws ShapeError when encoder, decoder and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { betaTcVae } from "@latentkit/vae";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = betaTcVae({
 *   encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 *   datasetSize: 60_000,
 * });
 * ```
 */
export const betaTcVae: ModelFactory<BetaTcVaeOptions, LatentVariableModelOf<"betaTcVae">> = defineModel(
  "betaTcVae",
  {
    ...latentOptions,
    datasetSize: integer({ min: 2 }),
    alpha: schedule({ min: 0, default: 1 }),
    beta: schedule({ min: 0, default: 6 }),
    gamma: schedule({ min: 0, default: 1 }),
    estimator: choice(["weighted", "stratified"], { default: "weighted" }),
  },
  ({ datasetSize, alpha, beta, gamma, estimator, ...parts }) => {
    const { model, pass, updates } = latentVariableModel({ owner: "betaTcVae", ...parts });
    const density = densityOf("betaTcVae", parts.posterior, "logDensityByDimension");
    return {
      ...model,
      checkBatch(batch) {
        checkBatchSize("betaTcVae", batch, 2, "the total correlation");
        const size = batch.x!.shape[0]!;
        if (size <= datasetSize) return;
        throw new ConfigError(
          `betaTcVae: expected \`datasetSize\` to be the number of examples in the data, received ${datasetSize}, less than one batch of ${size}.`,
        );
      },
      objectives: [
        {
          name: "betaTcVae",
          updates,
          loss(batch, step) {
            const passed = pass(batch, step);
            const drawn = passed.draw();
            const z = drawn.z as tf.Tensor2D;
            const { joint, byDimension } = aggregateDensity(density, passed.outputs, z, { datasetSize, estimator });
            const product = tf.sum(byDimension, 1); // log Π_d q(z_d), [batch]
            const reconstruction = tf.mean<tf.Scalar>(passed.reconstruction(z));
            const mutualInformation = tf.mean<tf.Scalar>(tf.sub(drawn.logDensity(), joint));
            const totalCorrelation = tf.mean<tf.Scalar>(tf.sub(joint, product));
            const dimensionWiseKl = tf.mean<tf.Scalar>(tf.sub(product, passed.prior.logDensity(z)));
            const total = tf.addN([
              reconstruction,
              tf.mul(step.schedule(alpha), mutualInformation),
              tf.mul(step.schedule(beta), totalCorrelation),
              tf.mul(step.schedule(gamma), dimensionWiseKl),
            ]) as tf.Scalar;
            return { total, parts: { reconstruction, mutualInformation, totalCorrelation, dimensionWiseKl } };
          },
        },
      ],
    };
  },
);
