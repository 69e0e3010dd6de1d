import type { ModelFactory, Schedule } from "@latentkit/core";
import { check, checkShape, defineModel, integer, optional, schedule } from "@latentkit/core/authoring";
import { structuralDissimilarity } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { LatentVariableModelOf } from "./types.js";

/** Options of {@link msSsimVae}. */
export interface MsSsimVaeOptions extends LatentOptions {
  /** Weight of the KL divergence, a number ≥ 0 or a schedule. Default 0.01: the dissimilarity is a number below 1. */
  readonly beta?: number | Schedule;
  /** Scales at which images are compared, 1 to 5. Default as many as the window fits into. */
  readonly scales?: number;
  /** Side of the window in pixels, odd. Default 11, or the largest that the images have room for. */
  readonly windowSize?: number;
}

/**
 * A VAE for images that is scored on the structure that reconstructions lose, at several scales, in the place of a likelihood: less
 * blur where a likelihood of pixels takes the mean of what it is not sure of.
 *
 * Minimises, on average over the batch,
 *
 *     1 − MS-SSIM(x, E[x|z]) + β · KL(q(z|x) ‖ p(z)),   z ~ q(z|x).
 *
 * Logs `msSsimVae/dissimilarity` and `msSsimVae/kl`. No bound of the likelihood is trained: `elbo` tells that of the same networks.
 *
 * **Shapes**: `batch.x` `[batch, height, width, channels]` in [0, 1], codes `[batch, latentDim]`. **Units**: the KL in nats.
 *
 * **Source**: Snell et al., "Learning to Generate Images with Perceptual Similarity Metrics", 2017, equation 4,
 * https://arxiv.org/abs/1511.06409; the similarity: Wang, Simoncelli and Bovik 2003, see `structuralDissimilarity`.
 *
 * @throws ShapeError when networks and likelihood do not fit together or data are no images; ConfigError for other options.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { msSsimVae } from "@latentkit/vae";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = msSsimVae({
 *   encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 * });
 * ```
 */
export const msSsimVae: ModelFactory<MsSsimVaeOptions, LatentVariableModelOf<"msSsimVae">> = defineModel(
  "msSsimVae",
  {
    ...latentOptions,
    beta: schedule({ min: 0, default: 0.01 }),
    scales: optional(integer({ min: 1, max: 5 })),
    windowSize: optional(integer({ min: 1 })),
  },
  ({ beta, scales, windowSize: asked, ...parts }) => {
    const owner = "msSsimVae";
    const { model, pass, updates } = latentVariableModel({ owner, ...parts });
    const shape = model.fields.x!.shape;
    checkShape(owner, "encoder's input (images)", shape, [null, null, null, null]);
    const side = Math.min(...shape.slice(1, 3).map((size) => size ?? Number.POSITIVE_INFINITY));
    const windowSize = asked ?? Math.min(11, side - ((side + 1) % 2));
    const fits = windowSize % 2 === 1 && windowSize * 2 ** ((scales ?? 1) - 1) <= side;
    check(owner).that(
      "windowSize",
      windowSize,
      fits,
      `odd, and at most the images' side at every scale (${side} pixels)`,
    );
    const judged = { windowSize, ...(scales !== undefined && { scales }) };
    return {
      ...model,
      objectives: [
        {
          name: owner,
          updates,
          loss(batch, step) {
            const passed = pass(batch, step);
            const drawn = passed.draw();
            const seen = parts.likelihood.mean(passed.parameters(drawn.z));
            const dissimilarity = tf.mean<tf.Scalar>(structuralDissimilarity(batch.x, seen, judged));
            const kl = tf.mean<tf.Scalar>(tf.sum(passed.kl(drawn), 1));
            const total = tf.add<tf.Scalar>(dissimilarity, tf.mul(step.schedule(beta), kl));
            return { total, parts: { dissimilarity, kl } };
          },
        },
      ],
    };
  },
);
