import type { ModelFactory, SamplesAtOnce } from "@latentkit/core";
import { apply, checkShape, defineModel, network, outputShape } from "@latentkit/core/authoring";
import { nonSaturatingLoss } from "@latentkit/losses";
import type * as tf from "@tensorflow/tfjs";
import { autoencoderOptions, autoencoderParts } from "./internal/autoencoder-parts.js";
import { samplesFromPrior } from "./internal/samples-from-prior.js";
import type { Autoencoder, AutoencoderOptions } from "./types.js";

/** Options of {@link adversarialAutoencoder}. */
export interface AdversarialAutoencoderOptions extends AutoencoderOptions {
  /** Tells codes from draws of the prior: `[batch, latentDim]` → logits `[batch, 1]`. */
  readonly discriminator: tf.LayersModel;
}

/** What {@link adversarialAutoencoder} returns: it can draw new data too. */
export interface AdversarialAutoencoder extends Autoencoder, SamplesAtOnce {
  readonly networks: Autoencoder["networks"] & { readonly discriminator: tf.LayersModel };
}

/**
 * Adversarial autoencoder: a discriminator that tries to tell codes from draws of the prior makes the encoder fill the prior, so
 * that the decoder can be sampled.
 *
 * Three objectives take turns in each step: `reconstruction` moves encoder and decoder to minimise L(x, g(f(x)));
 * `discriminator` moves D to maximise E[log D(z)] + E[log(1 − D(f(x)))] with z ~ N(0, I); `encoder` moves f to maximise
 * E[log D(f(x))]. Give them optimisers of their own if one pulls too hard.
 *
 * The encoder is a function and the loss no bound of a likelihood, which is why the model is here and not among the VAEs.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`.
 *
 * **Units**: those of `loss`; nats per example for a likelihood.
 *
 * **Source**: Makhzani, Shlens, Jaitly, Goodfellow and Frey, "Adversarial Autoencoders", 2016, section 2,
 * https://arxiv.org/abs/1511.05644
 *
 * @throws ShapeError when the networks and the loss do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { adversarialAutoencoder } from "@latentkit/autoencoders";
 * import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = adversarialAutoencoder({
 *   encoder: mlpEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 *   discriminator: mlpDecoder({ ...shape, outputShape: [1], name: "discriminator" }),
 * });
 * ```
 */
export const adversarialAutoencoder: ModelFactory<AdversarialAutoencoderOptions, AdversarialAutoencoder> = defineModel(
  "adversarialAutoencoder",
  { ...autoencoderOptions, discriminator: network() },
  (options) => {
    const { encoder, decoder, discriminator } = options;
    const owner = "adversarialAutoencoder";
    const { model, error } = autoencoderParts(owner, options);
    checkShape(owner, "discriminator's input (the code)", discriminator.inputs[0]!.shape, [null, model.latentDim]);
    checkShape(owner, "discriminator's output", outputShape(owner, "discriminator", discriminator), [null, 1]);
    const adversarial = nonSaturatingLoss();
    return {
      ...model,
      networks: { encoder, decoder, discriminator },
      sample: samplesFromPrior(owner, model),
      objectives: [
        {
          name: "reconstruction",
          updates: [encoder, decoder],
          loss: ({ x }, step) => ({ total: error(x, apply(decoder, apply(encoder, x, step), step)) }),
        },
        {
          name: "discriminator",
          updates: [discriminator],
          loss({ x }, step) {
            const codes = apply<tf.Tensor2D>(encoder, x, step);
            const prior = step.random.normal(codes.shape);
            const [real, fake] = [apply(discriminator, prior, step), apply(discriminator, codes, step)];
            return { total: adversarial.discriminator(real, fake) };
          },
        },
        {
          name: "encoder",
          updates: [encoder],
          loss: ({ x }, step) => ({
            total: adversarial.generator(apply(discriminator, apply(encoder, x, step), step)),
          }),
        },
      ],
    };
  },
);
