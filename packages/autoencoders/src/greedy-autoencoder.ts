import type { Batch, Model, ModelFactory } from "@latentkit/core";
import {
  apply,
  choice,
  defineModel,
  integer,
  network,
  networks,
  number,
  optional,
  sizes,
} from "@latentkit/core/authoring";
import { mlpDecoder, mlpEncoder, type NetworkOptions } from "@latentkit/layers";
import { ACTIVATION_KINDS } from "@latentkit/layers/authoring";
import { meanSquaredError } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { autoencoder } from "./autoencoder.js";
import type { Autoencoder } from "./types.js";

/** Options of {@link greedyAutoencoder}. */
export interface GreedyAutoencoderOptions extends Pick<NetworkOptions, "activation" | "alpha" | "seed"> {
  /** Shape of one example. */
  readonly inputShape: readonly number[];
  /** Sizes of the codes, one for each stage; the last is that of the stack. */
  readonly units: readonly number[];
}

/** A stack that is trained stage by stage; as a model it is all stages on top of each other, for use or fine-tuning. */
export interface GreedyAutoencoder extends Autoencoder {
  /** Trained in this order, each to its end: stage k learns to restore the codes of the stages before it, which stand still. */
  readonly stages: readonly Model<StageBatch>[];
}

/** Examples; other fields of a batch are left alone. */
export type StageBatch = Batch & { readonly x: tf.Tensor };

/**
 * Greedy layer-wise training: one shallow autoencoder after another, each on the codes of those before, then stacked. How deep
 * networks were first trained; still a way to a good start where labels or time are short.
 *
 * Stage k minimises the mean of (h − gₖ(fₖ(h)))² with h = fₖ₋₁(…f₁(x)). Hidden codes have the activation, and so have their
 * reconstructions; the last code and the restored data are linear.
 *
 * Train each stage with a checkpoint folder of its own: a run that is killed in the middle of stage k passes through the finished
 * stages at once and continues there.
 *
 * **Shapes**: `batch.x` `[batch, …inputShape]`, codes `[batch, units[last]]`.
 *
 * **Units**: those of `loss`; nats per example for a likelihood.
 *
 * **Source**: Bengio, Lamblin, Popovici and Larochelle, "Greedy Layer-Wise Training of Deep Networks", 2007, section 4,
 * https://papers.nips.cc/paper/3048
 *
 * @throws ConfigError for options that cannot work.
 * @example
 * ```ts
 * import { greedyAutoencoder } from "@latentkit/autoencoders";
 * import { glyphs } from "@latentkit/data";
 * import { train } from "@latentkit/training";
 * const model = greedyAutoencoder({ inputShape: [28, 28, 1], units: [64, 16] });
 * for (const stage of model.stages) await train(stage, glyphs({ count: 128 }), { epochs: 1 });
 * await train(model, glyphs({ count: 128 }), { epochs: 1 }); // fine-tuning
 * ```
 */
export const greedyAutoencoder: ModelFactory<GreedyAutoencoderOptions, GreedyAutoencoder> = defineModel(
  "greedyAutoencoder",
  {
    inputShape: sizes(),
    units: sizes(),
    activation: choice(ACTIVATION_KINDS, { default: "relu" }),
    alpha: optional(number({ min: 0 })),
    seed: integer({ min: 0, default: 0 }),
  },
  ({ inputShape, units, activation, alpha, seed }) => {
    const levels = units.map((latentDim, k) => {
      const shape = k === 0 ? inputShape : [units[k - 1]!];
      const style = { hiddenUnits: [], latentDim, alpha, seed };
      // What a stage restores has the activation that made it, so that the stacked decoder bends as the encoder does.
      const [below, above] = [k === 0, k === units.length - 1].map((end) => (end ? "linear" : activation));
      return {
        encoder: mlpEncoder({ ...style, inputShape: shape, outputActivation: above, name: `encoder${k + 1}` }),
        decoder: mlpDecoder({ ...style, outputShape: shape, outputActivation: below, name: `decoder${k + 1}` }),
      };
    });
    const stages = levels.map(({ encoder, decoder }, k) => {
      const below = Object.fromEntries(levels.slice(0, k).map((level, i) => [`encoder${i + 1}`, level.encoder]));
      return greedyStage({ encoder, decoder, below, stage: k + 1 });
    });
    const chain = (name: string, layers: tf.LayersModel[]) => tf.sequential({ name, layers });
    const encoders = levels.map(({ encoder }) => encoder);
    const decoders = levels.map(({ decoder }) => decoder).toReversed();
    const stack = autoencoder({ encoder: chain("encoder", encoders), decoder: chain("decoder", decoders) });
    return {
      ...stack,
      stages,
      onDispose() {
        for (const model of [...stages, stack]) model.dispose();
      },
    };
  },
);

/** One stage: an autoencoder of the codes of the encoders below it, which stand still. */
const greedyStage = defineModel(
  "greedyStage",
  { encoder: network(), decoder: network(), below: networks(), stage: integer({ min: 1 }) },
  ({ encoder, decoder, below, stage }) => {
    const encoders = Object.values(below);
    return {
      // Those below stand still, and are listed because the loss runs them: compiled steps have to know every weight.
      networks: { encoder, decoder, ...below },
      fields: { x: { shape: (encoders[0] ?? encoder).inputs[0]!.shape } },
      objectives: [
        {
          name: `stage${stage}`,
          updates: [encoder, decoder],
          loss({ x }: StageBatch, step) {
            const h = encoders.reduce((codes: tf.Tensor, one) => apply(one, codes), x);
            const reconstruction = tf.mean<tf.Scalar>(
              meanSquaredError(h, apply(decoder, apply(encoder, h, step), step)),
            );
            return { total: reconstruction, parts: { reconstruction } };
          },
        },
      ],
    };
  },
) as ModelFactory<unknown, Model<StageBatch>>;
