import {
  type BoundsLikelihood,
  type ConditionedBatch,
  type Encodes,
  type EncodesDistribution,
  type GivenLike,
  type HasLikelihood,
  type Model,
  type ModelFactory,
  type Posterior,
  type Prior,
  type RandomSource,
  type SampleOptions,
  type Samples,
  type Schedule,
  type StepContext,
  UnsupportedError,
} from "@latentkit/core";
import {
  applyAll,
  checkRandom,
  checkShape,
  checkTensor,
  conditionInputs,
  defineModel,
  model,
  network,
  number,
  sampleRequest,
  schedule,
} from "@latentkit/core/authoring";
import { posteriorOption, priorOption } from "@latentkit/losses/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkEncoder, codeName } from "./internal/check-told-decoder.js";
import { eachTimes } from "./internal/each-times.js";
import { boundsOf, latentPass } from "./internal/latent-pass.js";
import { variationalObjective } from "./internal/variational-objective.js";
import type { LatentPass } from "./latent-variable-model.js";

/** A model of pictures that is told a vector: `gatedPixelCnn({ inputShape, given: { z: { size: 8 } } })` of `@latentkit/autoregressive`. */
export interface TellableModel extends Model<ConditionedBatch>, HasLikelihood, Samples {}

/** Options of {@link pixelVae}. */
export interface PixelVaeOptions {
  /** q(z|x): `[batch, …]` → the posterior's outputs, `[batch, latentDim]` each. */
  readonly encoder: tf.LayersModel;
  /** p(x|z): an autoregressive model whose one condition is a vector of the code's size. It stays the caller's to dispose. */
  readonly decoder: TellableModel;
  /** p(z). Default `standardNormal()`. */
  readonly prior?: Prior;
  /** What the encoder's outputs say of codes. Default `gaussianPosterior()`. */
  readonly posterior?: Posterior;
  /** Weight of the divergence. Default 1; a schedule that rises from 0 keeps the code from being ignored. */
  readonly beta?: number | Schedule;
  /** Nats that each dimension may carry free of charge. Default 0; some, against a decoder that needs no code. */
  readonly freeBits?: number;
}

/** What {@link pixelVae} returns. Pictures are drawn value by value, so that there is no mean to decode to. */
export interface PixelVae extends Model<ConditionedBatch>, Encodes, EncodesDistribution, Samples, BoundsLikelihood {
  readonly kind: "pixelVae";
  /** The decoder's network is among them as `decoder.network`. */
  readonly networks: { readonly encoder: tf.LayersModel };
  readonly prior: Prior;
  sample(options: SampleOptions | number, random?: RandomSource): Promise<tf.Tensor>;
  /** Draws one picture for each code, `[batch, latentDim]` → `[batch, …]`. */
  sampleFromCodes(z: tf.Tensor, random: RandomSource, given?: GivenLike): Promise<tf.Tensor>;
}

/**
 * PixelVAE: a VAE whose decoder is autoregressive, so that pixels may depend on each other given the code. Likelihoods and textures of a
 * pixel model with a code beside them; what the decoder can tell from near pixels alone, such as strokes, the code leaves to it.
 *
 * Minimises, on average over the batch,
 *
 *     −E_q(z|x)[Σᵢ log p(xᵢ | x₁ … xᵢ₋₁, z)] + β · KL(q(z|x) ‖ p(z)),
 *
 * the first term being the decoder's own loss, given z. A decoder that sees far needs no code: give it few layers and small kernels, so
 * that what is far apart has to pass through z, or warm β up. Logs `pixelVae/reconstruction` and `pixelVae/kl`.
 *
 * **Shapes**: `batch.x` `[batch, height, width, channels]`, codes `[batch, latentDim]`. **Units**: nats per example.
 *
 * **Source**: Gulrajani et al., "PixelVAE: A Latent Variable Model for Natural Images", 2017, section 3, https://arxiv.org/abs/1611.05013;
 * what the code keeps: Chen et al., "Variational Lossy Autoencoder", 2017, section 3, https://arxiv.org/abs/1611.02731
 *
 * @throws ShapeError when encoder and decoder do not fit together; ConfigError for a decoder that is told something else, and other options.
 * @example
 * ```ts
 * import { gatedPixelCnn } from "@latentkit/autoregressive";
 * import { mlpGaussianEncoder } from "@latentkit/layers";
 * import { pixelVae } from "@latentkit/vae";
 * const model = pixelVae({
 *   encoder: mlpGaussianEncoder({ inputShape: [8, 8, 1], hiddenUnits: [16], latentDim: 3 }),
 *   decoder: gatedPixelCnn({ inputShape: [8, 8, 1], width: 4, layers: 1, given: { z: { size: 3 } } }),
 * });
 * const samples = await model.sample(2); // [2, 8, 8, 1]
 * ```
 */
export const pixelVae: ModelFactory<PixelVaeOptions, PixelVae> = defineModel(
  "pixelVae",
  {
    encoder: network(),
    decoder: model<TellableModel>(
      "an autoregressive model that is told a vector, such as gatedPixelCnn({ inputShape, given: { z: { size } } })",
      (given) => typeof given.logLikelihood === "function" && typeof given.sample === "function",
    ),
    prior: priorOption(),
    posterior: posteriorOption(),
    beta: schedule({ min: 0, default: 1 }),
    freeBits: number({ min: 0, default: 0 }),
  },
  ({ encoder, decoder, prior: given, posterior, beta, freeBits }) => {
    const owner = "pixelVae";
    const condition = codeName(owner, decoder);
    const dataShape = decoder.fields.x!.shape;
    const latentDim = (posterior.latentDim ?? encoder.outputs[0]!.shape.at(-1)) as number;
    checkEncoder(owner, encoder, posterior, dataShape, latentDim);
    checkShape(owner, `decoder's condition ${condition}`, decoder.given![condition]!.shape, [null, latentDim]);

    const infer = (x: tf.Tensor, step?: StepContext): tf.Tensor2D[] => applyAll(encoder, x, step) as tf.Tensor2D[];
    const bind = (under: Prior, step?: StepContext): Prior => {
      if (under.latentDim !== undefined) checkShape(owner, "prior's codes", [under.latentDim], [latentDim]);
      return under.within?.({ dataShape, posterior, infer: (x) => infer(x, step) }) ?? under;
    };
    const prior = bind(given);
    const entered = (x: tf.Tensor, asked: GivenLike | undefined): tf.Tensor => {
      checkTensor(owner, "x", x, dataShape);
      conditionInputs(owner, undefined, asked, x.shape[0]!);
      return x;
    };
    const bounds = (under: Prior) =>
      boundsOf(owner, (x, random, asked) => {
        const batch = entered(x, asked).shape[0]!;
        const reconstruction = (z: tf.Tensor): tf.Tensor1D =>
          tf.neg(decoder.logLikelihood(eachTimes(x, z.shape[0]! / batch), { [condition]: z }));
        return latentPass({ outputs: infer(x), posterior, prior: under, random, batch, reconstruction });
      });
    /** A pass of training: the decoder scores with its own loss, a mean over the batch, so that its dropout is in force. */
    const pass = ({ x }: ConditionedBatch, step: StepContext): Pick<LatentPass, "draw" | "reconstruction" | "kl"> =>
      latentPass({
        ...{
          outputs: infer(x, step),
          posterior,
          prior: bind(given, step),
          random: step.random,
          batch: x.shape[0]!,
          step,
        },
        reconstruction: (z) => tf.reshape(decoder.objectives[0]!.loss({ x, [condition]: z }, step).total, [1]),
      });
    const updates = [encoder, ...decoder.objectives[0]!.updates];
    for (const { networks = {} } of [given, posterior]) updates.push(...Object.values(networks));

    const draw = async (z: tf.Tensor, options: Omit<SampleOptions, "count" | "given">): Promise<tf.Tensor> =>
      decoder.sample({ ...options, count: z.shape[0]!, given: { [condition]: z } });
    return {
      networks: { encoder },
      fields: { x: decoder.fields.x! },
      prior,
      latentDim,
      encode: (x, asked) => tf.tidy(() => posterior.code(infer(entered(x, asked)))),
      posterior: (x, asked) =>
        tf.tidy(() => {
          if (posterior.moments !== undefined) return posterior.moments(infer(entered(x, asked)));
          throw new UnsupportedError(
            `${owner}.posterior: expected a posterior that is a diagonal Gaussian, received ${posterior.name}; use encode, elbo or logImportanceWeights.`,
          );
        }),
      async sample(options, random) {
        const parts = ["temperature", "truncation", "known", "mask", "signal", "onProgress"] as const;
        const {
          count,
          random: source,
          temperature,
          truncation,
          ...rest
        } = sampleRequest(owner, parts, options, random);
        const z = tf.tidy(() => prior.sample(count, latentDim, source, { temperature, truncation }));
        try {
          const { known, mask, signal, onProgress } = rest;
          return await draw(z, { random: source, temperature, ...only({ known, mask, signal, onProgress }) });
        } finally {
          z.dispose();
        }
      },
      async sampleFromCodes(z, random, asked) {
        checkTensor(`${owner}.sampleFromCodes`, "z", z, [null, latentDim]);
        checkRandom(`${owner}.sampleFromCodes`, random);
        conditionInputs(owner, undefined, asked, z.shape[0]!);
        return draw(z, { random });
      },
      ...bounds(prior),
      objectives: [variationalObjective(owner, { pass, updates: [...new Set(updates)] }, { beta, freeBits })],
    };
  },
);

/** The entries that are there. */
function only<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
