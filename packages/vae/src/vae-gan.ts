import { ConfigError, type ModelFactory, type Schedule } from "@latentkit/core";
import {
  applyAll,
  checkShape,
  defineModel,
  network,
  optional,
  outputShape,
  schedule,
  text,
} from "@latentkit/core/authoring";
import { minimaxLoss, nonSaturatingLoss } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { LatentVariableModelOf } from "./types.js";

/** Options of {@link vaeGan}. */
export interface VaeGanOptions extends LatentOptions {
  /** Tells data from what the decoder makes: `[batch, …]` → logits `[batch, 1]`. */
  readonly discriminator: tf.LayersModel;
  /** Name of the discriminator's layer in which reconstructions are compared with data, l. Default the one before the last. */
  readonly layer?: string;
  /** Weight of the KL divergence. Default 1. */
  readonly beta?: number | Schedule;
  /** Weight of the reconstruction beside the game in the decoder's loss, γ. Default 1; with much less, small networks collapse to one picture. */
  readonly gamma?: number | Schedule;
}

/** What {@link vaeGan} returns. */
export interface VaeGan extends LatentVariableModelOf<"vaeGan"> {
  readonly networks: LatentVariableModelOf<"vaeGan">["networks"] & { readonly discriminator: tf.LayersModel };
}

/**
 * VAE-GAN: a VAE whose reconstructions are compared with data by what a discriminator sees in them, and whose decoder is the generator
 * of that discriminator's game. Sharp pictures with an encoder, at the price of a game to balance.
 *
 * Three objectives take turns, each on a batch of its own; f is the discriminator's layer l, z ~ q(z|x), z' ~ p(z), x̃ = E[x|z],
 * R = ½‖f(x) − f(x̃)‖²:
 *
 *     encoder:        KL(q(z|x) ‖ p(z))·β + R
 *     decoder:        γ·R − log D(x̃) − log D(E[x|z'])
 *     discriminator:  −log D(x) − log(1 − D(x̃)) − log(1 − D(E[x|z'])).
 *
 * Logs `encoder/kl`, `encoder/reconstruction` and `decoder/reconstruction`, R. No bound of the likelihood is trained: `elbo` tells that
 * of the same networks.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`. **Units**: nats per example, R those of a Gaussian of deviation 1.
 *
 * **Source**: Larsen, Sønderby, Larochelle and Winther, "Autoencoding beyond pixels using a learned similarity metric", 2016,
 * equations 6 to 9 and algorithm 1. https://arxiv.org/abs/1512.09300
 *
 * @throws ShapeError when networks and likelihood do not fit together; ConfigError for other options, or a layer that is not there.
 * @example
 * ```ts
 * import { mlpDecoder, mlpDiscriminator, mlpGaussianEncoder } from "@latentkit/layers";
 * import { vaeGan } from "@latentkit/vae";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = vaeGan({
 *   encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 *   discriminator: mlpDiscriminator({ inputShape: [28, 28, 1], hiddenUnits: [128, 64] }),
 * });
 * ```
 */
export const vaeGan: ModelFactory<VaeGanOptions, VaeGan> = defineModel(
  "vaeGan",
  {
    ...latentOptions,
    discriminator: network(),
    layer: optional(text()),
    beta: schedule({ min: 0, default: 1 }),
    gamma: schedule({ min: 0, default: 1 }),
  },
  ({ discriminator, layer, beta, gamma, ...parts }) => {
    const owner = "vaeGan";
    const { encoder, decoder, likelihood, prior, posterior } = parts;
    const { model, pass } = latentVariableModel({ owner, ...parts });
    checkShape(owner, "discriminator's input", discriminator.inputs[0]!.shape, model.fields.x!.shape);
    checkShape(owner, "discriminator's output", outputShape(owner, "discriminator", discriminator), [null, 1]);
    const judge = withFeatures(owner, discriminator, layer);
    const [forDecoder, forDiscriminator] = [nonSaturatingLoss(), minimaxLoss()];

    const distance = (a: tf.Tensor, b: tf.Tensor): tf.Scalar =>
      tf.div(tf.sum(tf.square(tf.sub(a, b))), 2 * a.shape[0]!) as tf.Scalar; // R, the mean over the batch
    return {
      ...model,
      networks: { ...model.networks, discriminator },
      objectives: [
        {
          name: "encoder",
          updates: [encoder, ...Object.values(posterior.networks ?? {})],
          loss(batch, step) {
            const passed = pass(batch, step);
            const drawn = passed.draw();
            const [real] = applyAll(judge, batch.x, step);
            const [seen] = applyAll(judge, likelihood.mean(passed.parameters(drawn.z)), step);
            const reconstruction = distance(real!, seen!);
            const kl = tf.mean<tf.Scalar>(tf.sum(passed.kl(drawn), 1));
            const total = tf.add<tf.Scalar>(reconstruction, tf.mul(step.schedule(beta), kl));
            return { total, parts: { reconstruction, kl } };
          },
        },
        {
          name: "decoder",
          updates: [decoder, ...Object.values(prior.networks ?? {})],
          loss(batch, step) {
            const passed = pass(batch, step);
            const z = passed.draw().z;
            const imagined = passed.prior.sample(z.shape[0]!, model.latentDim, step.random);
            const [real] = applyAll(judge, batch.x, step);
            const [seen, verdict] = applyAll(judge, likelihood.mean(passed.parameters(z)), step);
            const [, other] = applyAll(judge, likelihood.mean(passed.parameters(imagined)), step);
            const reconstruction = distance(real!, seen!);
            const game = tf.add(forDecoder.generator(verdict!), forDecoder.generator(other!));
            const total = tf.add<tf.Scalar>(tf.mul(step.schedule(gamma), reconstruction), game);
            return { total, parts: { reconstruction } };
          },
        },
        {
          name: "discriminator",
          updates: [discriminator],
          loss(batch, step) {
            const passed = pass(batch, step);
            const z = passed.draw().z;
            const imagined = passed.prior.sample(z.shape[0]!, model.latentDim, step.random);
            const [, real] = applyAll(judge, batch.x, step);
            const [, rebuilt] = applyAll(judge, likelihood.mean(passed.parameters(z)), step);
            const [, made] = applyAll(judge, likelihood.mean(passed.parameters(imagined)), step);
            // −log(1 − D) of the second kind of fakes is the generator's loss of the game turned round.
            const second = tf.neg(forDiscriminator.generator(made!));
            return { total: tf.add<tf.Scalar>(forDiscriminator.discriminator(real!, rebuilt!), second) };
          },
        },
      ],
    };
  },
);

/** The discriminator with two outputs: a layer's, and the verdict. It shares all weights. */
function withFeatures(owner: string, discriminator: tf.LayersModel, name: string | undefined): tf.LayersModel {
  const names = discriminator.layers.slice(1, -1).map((one) => one.name);
  const wanted = name ?? names.at(-1);
  if (wanted === undefined || !names.includes(wanted)) {
    throw new ConfigError(
      `${owner}: expected \`layer\` to be a hidden layer of the discriminator (${names.join(", ") || "it has none"}), received ${name ?? "nothing"}.`,
    );
  }
  const features = discriminator.getLayer(wanted).output as tf.SymbolicTensor;
  return tf.model({ inputs: discriminator.inputs, outputs: [features, discriminator.outputs[0]!] });
}
