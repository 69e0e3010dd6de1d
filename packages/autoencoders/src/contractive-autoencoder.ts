import type { ModelFactory, Schedule } from "@latentkit/core";
import { apply, choice, defineModel, optional, schedule } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { autoencoderOptions, autoencoderParts } from "./internal/autoencoder-parts.js";
import { type JacobianNorm, jacobianNorm } from "./internal/jacobian-norm.js";
import type { Autoencoder, AutoencoderOptions } from "./types.js";

/** Options of {@link contractiveAutoencoder}. */
export interface ContractiveAutoencoderOptions extends AutoencoderOptions {
  /** Weight λ of the penalty. Default 1e-3, for the default loss, a mean over the values of an example: at 0.1 codes hardly vary. */
  readonly weight?: number | Schedule;
  /**
   * `exact` sums the squared derivatives in closed form: for an encoder of one dense layer with a sigmoid, tanh, ReLU or no
   * activation. `estimate` takes one random projection an example, right on average for any encoder. Unless given, `exact`
   * where that is possible.
   */
  readonly jacobian?: JacobianNorm;
}

/**
 * Contractive autoencoder: codes change little when data change, except along the directions that reconstruction needs, which are
 * those of the data's manifold.
 *
 * Minimises L(x, g(f(x))) + λ·E‖J_f(x)‖²_F with J_f the matrix of derivatives ∂hⱼ/∂xᵢ. For one sigmoid layer
 * ‖J‖²_F = Σⱼ (hⱼ(1−hⱼ))² Σᵢ Wᵢⱼ²; in general ‖J‖²_F = E‖Jᵀv‖² over v ~ N(0, I). Logs `contraction`, the penalty without its
 * weight.
 *
 * The estimate differentiates twice: use the activations of `@latentkit/layers`, or a backend of `@latentkit/backends`, since
 * those of TensorFlow.js give wrong second derivatives.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`.
 *
 * **Units**: those of `loss`; nats per example for a likelihood.
 *
 * **Source**: Rifai, Vincent, Muller, Glorot and Bengio, "Contractive Auto-Encoders", 2011, equations 7 and 9,
 * https://icml.cc/2011/papers/455_icmlpaper.pdf; the estimate: Hutchinson, 1990, https://doi.org/10.1080/03610919008812866
 *
 * @throws ShapeError when encoder, decoder and loss do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { contractiveAutoencoder } from "@latentkit/autoencoders";
 * import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
 * const shape = { latentDim: 64, hiddenUnits: [] };
 * const model = contractiveAutoencoder({
 *   encoder: mlpEncoder({ inputShape: [28, 28, 1], ...shape, outputActivation: "sigmoid" }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 * });
 * ```
 */
export const contractiveAutoencoder: ModelFactory<ContractiveAutoencoderOptions, Autoencoder> = defineModel(
  "contractiveAutoencoder",
  {
    ...autoencoderOptions,
    weight: schedule({ min: 0, default: 1e-3 }),
    jacobian: optional(choice(["exact", "estimate"])),
  },
  ({ weight, jacobian, ...options }) => {
    const { model, error } = autoencoderParts("contractiveAutoencoder", options);
    const norm = jacobianNorm("contractiveAutoencoder", options.encoder, jacobian);
    return {
      ...model,
      objectives: [
        {
          name: "contractiveAutoencoder",
          updates: [options.encoder, options.decoder],
          loss({ x }, step) {
            const h = apply<tf.Tensor2D>(options.encoder, x, step);
            const reconstruction = error(x, apply(options.decoder, h, step));
            const contraction = tf.mean<tf.Scalar>(norm(x, h, step));
            const total = tf.add<tf.Scalar>(reconstruction, tf.mul(step.schedule(weight), contraction));
            return { total, parts: { reconstruction, contraction } };
          },
        },
      ],
    };
  },
);
