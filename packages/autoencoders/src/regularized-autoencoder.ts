import type { ModelFactory, Schedule, StepContext } from "@latentkit/core";
import { apply, choice, defineModel, optional, schedule, trainableVariables } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { autoencoderOptions, autoencoderParts } from "./internal/autoencoder-parts.js";
import { estimatedNorm } from "./internal/jacobian-norm.js";
import { spectralBound } from "./internal/spectral-bound.js";
import type { Autoencoder, AutoencoderOptions } from "./types.js";

/** How the decoder of {@link regularizedAutoencoder} is kept smooth. */
export type DecoderRegularizer = "l2" | "gradientPenalty" | "spectral";

/** Options of {@link regularizedAutoencoder}. */
export interface RegularizedAutoencoderOptions extends AutoencoderOptions {
  /** `l2`, the default: small weights. `gradientPenalty`: small slopes at the codes. `spectral`: layers that stretch nothing. */
  readonly regularizer?: DecoderRegularizer;
  /** Weight λ of the penalty. Default 1e-6 for `l2` and 1e-5 for `gradientPenalty`; `spectral` is a bound and has none. */
  readonly weight?: number | Schedule;
  /** Weight β of the codes' size, ½‖z‖². Default 1e-4, for the default loss, a mean over the values of an example. */
  readonly codeWeight?: number | Schedule;
}

/**
 * Regularised autoencoder (RAE): a deterministic autoencoder whose decoder is kept smooth and whose codes are kept near the origin, so
 * that codes between those of data decode to something like data. Draw from it with a prior that is fitted after training,
 * `withPrior(model, (await fitGaussianMixture(codes)).prior)`.
 *
 * Minimises L(x, g(z)) + β·½‖z‖² + λ·R with z = f(x), on average over the batch, and R
 *
 *     l2:               Σ W² over the decoder's kernels and biases
 *     gradientPenalty:  ‖∂g/∂z‖²_F at the batch's codes, as E‖(∂g/∂z)ᵀv‖² over v ~ N(0, I)
 *     spectral:         no term; after each update each kernel's largest singular value is at most 1.
 *
 * Logs `regularizedAutoencoder/reconstruction`, `regularizedAutoencoder/code` and `regularizedAutoencoder/penalty`, without weights.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`. **Units**: those of `loss`; nats per example for a likelihood.
 *
 * **Source**: Ghosh, Sajjadi, Vergari, Black and Schölkopf, "From Variational to Deterministic Autoencoders", 2020, equations 5 to 9,
 * https://arxiv.org/abs/1903.12436; the spectral bound as a projection: Gouk et al., "Regularisation of Neural Networks by Enforcing
 * Lipschitz Continuity", 2021, algorithm 1, https://arxiv.org/abs/1804.04368
 *
 * @throws ShapeError when encoder, decoder and loss do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { regularizedAutoencoder } from "@latentkit/autoencoders";
 * import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = regularizedAutoencoder({
 *   encoder: mlpEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 *   regularizer: "gradientPenalty",
 * });
 * ```
 */
export const regularizedAutoencoder: ModelFactory<RegularizedAutoencoderOptions, Autoencoder> = defineModel(
  "regularizedAutoencoder",
  {
    ...autoencoderOptions,
    regularizer: choice(["l2", "gradientPenalty", "spectral"], { default: "l2" }),
    weight: optional(schedule({ min: 0 })),
    codeWeight: schedule({ min: 0, default: 1e-4 }),
  },
  ({ regularizer, weight: given, codeWeight, ...options }) => {
    const { encoder, decoder } = options;
    const { model, error } = autoencoderParts("regularizedAutoencoder", options);
    const norm = estimatedNorm(decoder);
    const bound = regularizer === "spectral" ? spectralBound(decoder) : undefined;
    const weight = given ?? (regularizer === "l2" ? 1e-6 : 1e-5);

    const weights = () => trainableVariables([decoder]);
    const penalties: Record<DecoderRegularizer, (z: tf.Tensor, y: tf.Tensor, step: StepContext) => tf.Scalar> = {
      // 0 where the decoder is frozen and has nothing to be held small.
      l2: () => tf.addN([tf.scalar(0), ...weights().map((variable) => tf.sum(tf.square(variable)))]) as tf.Scalar,
      gradientPenalty: (z, y, step) => tf.mean<tf.Scalar>(norm(z, y, step)),
      spectral: () => tf.scalar(0),
    };
    return {
      ...model,
      ...(bound && { state: bound.state }),
      objectives: [
        {
          name: "regularizedAutoencoder",
          updates: [encoder, decoder],
          loss({ x }, step) {
            const z = apply<tf.Tensor2D>(encoder, x, step);
            const y = apply(decoder, z, step);
            const reconstruction = error(x, y);
            const code = tf.mean<tf.Scalar>(tf.mul(0.5, tf.sum(tf.square(z), 1)));
            const penalty = penalties[regularizer](z, y, step);
            const total = tf.addN([
              reconstruction,
              tf.mul(step.schedule(codeWeight), code),
              tf.mul(step.schedule(weight), penalty),
            ]) as tf.Scalar;
            return { total, parts: { reconstruction, code, penalty } };
          },
          ...(bound && { after: () => bound.hold() }),
        },
      ],
    };
  },
);
