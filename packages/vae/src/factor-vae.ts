import type { ModelFactory, Schedule } from "@latentkit/core";
import { apply, checkShape, defineModel, network, outputShape, schedule } from "@latentkit/core/authoring";
import { minimaxLoss } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { boundTerms } from "./internal/bound-terms.js";
import { checkBatchSize } from "./internal/check-batch-size.js";
import { permuteCodes } from "./internal/permute-codes.js";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { LatentVariableModelOf } from "./types.js";

/** Options of {@link factorVae}. */
export interface FactorVaeOptions extends LatentOptions {
  /** Tells codes from codes whose dimensions were shuffled: `[batch, latentDim]` → logits `[batch, 1]`. The paper's has six layers of 1,000. */
  readonly discriminator: tf.LayersModel;
  /** Weight γ of the total correlation. Default 35, the paper's for pictures of shapes; it varies from 6.4 to 100. */
  readonly gamma?: number | Schedule;
}

/** What {@link factorVae} returns. */
export interface FactorVae extends LatentVariableModelOf<"factorVae"> {
  readonly networks: LatentVariableModelOf<"factorVae">["networks"] & { readonly discriminator: tf.LayersModel };
}

/**
 * FactorVAE: a discriminator that tells codes from codes whose dimensions were shuffled among examples estimates how far dimensions
 * depend on each other, and the encoder is held to make them independent. Disentangles with better reconstructions than a β-VAE.
 *
 * Two objectives take turns. `factorVae` moves encoder and decoder to minimise
 *
 *     −E_q(z|x)[log p(x|z)] + KL(q(z|x) ‖ p(z)) + γ·E[log D(z) − log(1 − D(z))],
 *
 * the last term an estimate of the total correlation KL(q(z) ‖ Π_d q(z_d)): for the best D the ratio of the densities.
 * `discriminator` moves D to maximise E[log D(z)] + E[log(1 − D(z'))] on a batch of its own, z' its codes with each dimension
 * permuted. Logs `factorVae/reconstruction`, `factorVae/kl` and `factorVae/totalCorrelation`. The paper gives D a rate and momentum
 * of its own: `optimizers: { factorVae: adam({ learningRate: 1e-4 }), discriminator: adam({ learningRate: 1e-4, beta1: 0.5 }) }`.
 *
 * **Shapes**: `batch.x` `[batch, …]`, two examples or more; codes `[batch, latentDim]`. **Units**: nats per example.
 *
 * **Source**: Kim and Mnih, "Disentangling by Factorising", 2018, equations 2 and 3 and algorithm 2. https://arxiv.org/abs/1802.05983
 *
 * @throws ShapeError when networks and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { mlpDecoder, mlpDiscriminator, mlpGaussianEncoder } from "@latentkit/layers";
 * import { factorVae } from "@latentkit/vae";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = factorVae({
 *   encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 *   discriminator: mlpDiscriminator({ inputShape: [8], hiddenUnits: [128, 128] }),
 * });
 * ```
 */
export const factorVae: ModelFactory<FactorVaeOptions, FactorVae> = defineModel(
  "factorVae",
  { ...latentOptions, discriminator: network(), gamma: schedule({ min: 0, default: 35 }) },
  ({ discriminator, gamma, ...parts }) => {
    const owner = "factorVae";
    const { model, pass, updates } = latentVariableModel({ owner, ...parts });
    checkShape(owner, "discriminator's input (the code)", discriminator.inputs[0]!.shape, [null, model.latentDim]);
    checkShape(owner, "discriminator's output", outputShape(owner, "discriminator", discriminator), [null, 1]);
    const game = minimaxLoss();
    return {
      ...model,
      networks: { ...model.networks, discriminator },
      checkBatch: (batch) => checkBatchSize(owner, batch, 2, "the total correlation"),
      objectives: [
        {
          name: owner,
          updates,
          loss(batch, step) {
            const { reconstruction, kl, z } = boundTerms(pass(batch, step));
            // The logit is log D − log(1 − D), log q(z) − log Π q(z_d) for the best D.
            const totalCorrelation = tf.mean<tf.Scalar>(apply(discriminator, z, step));
            const total = tf.addN([reconstruction, kl, tf.mul(step.schedule(gamma), totalCorrelation)]) as tf.Scalar;
            return { total, parts: { reconstruction, kl, totalCorrelation } };
          },
        },
        {
          name: "discriminator",
          updates: [discriminator],
          loss(batch, step) {
            const z = pass(batch, step).draw().z as tf.Tensor2D;
            const shuffled = permuteCodes(z, step.random);
            return { total: game.discriminator(apply(discriminator, z, step), apply(discriminator, shuffled, step)) };
          },
        },
      ],
    };
  },
);
