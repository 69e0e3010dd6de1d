import { apply, check, type DataBatch, disposeNetworks, type Model } from "@latentkit/core";
import { mlpDecoder, mlpEncoder, type NetworkOptions } from "@latentkit/layers";
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

/** A stack that is trained stage by stage. */
export interface GreedyAutoencoder {
  /** Trained in this order, each to its end: stage k learns to restore the codes of the stages before it, which stand still. */
  readonly stages: readonly Model<DataBatch>[];
  /** All stages on top of each other, with the stages' own weights: use it when they are trained, or fine-tune it. */
  readonly stack: Autoencoder;
  /** Frees the weights. */
  dispose(): void;
}

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
 * **Source**: Bengio, Lamblin, Popovici and Larochelle, "Greedy Layer-Wise Training of Deep Networks", 2007, section 4,
 * https://papers.nips.cc/paper/3048
 *
 * @throws ConfigError for options that cannot work.
 * @example
 * ```ts
 * import { greedyAutoencoder } from "@latentkit/autoencoders";
 * import { glyphs } from "@latentkit/data";
 * import { train } from "@latentkit/training";
 * const { stages, stack } = greedyAutoencoder({ inputShape: [28, 28, 1], units: [64, 16] });
 * for (const stage of stages) await train(stage, glyphs({ count: 128 }), { epochs: 1 });
 * await train(stack, glyphs({ count: 128 }), { epochs: 1 }); // fine-tuning
 * ```
 */
export function greedyAutoencoder(options: GreedyAutoencoderOptions): GreedyAutoencoder {
  const { inputShape, units, activation = "relu", alpha, seed = 0 } = options;
  const checks = check("greedyAutoencoder");
  checks.known(options, ["inputShape", "units", "activation", "alpha", "seed"]);
  checks.sizes("inputShape", inputShape);
  checks.sizes("units", units);

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

  const stages = levels.map(({ encoder, decoder }, k): Model<DataBatch> => {
    const below = levels.slice(0, k);
    return {
      // Those below stand still, and are listed because the loss runs them: compiled steps have to know every weight.
      networks: {
        encoder,
        decoder,
        ...Object.fromEntries(below.map((level, i) => [`encoder${i + 1}`, level.encoder])),
      },
      objectives: [
        {
          name: `stage${k + 1}`,
          updates: [encoder, decoder],
          loss({ x }, step) {
            const h = below.reduce((codes: tf.Tensor, level) => apply(level.encoder, codes), x);
            const reconstruction = meanSquaredError(h, apply(decoder, apply(encoder, h, step), step));
            return { total: reconstruction, parts: { reconstruction } };
          },
        },
      ],
      dispose: () => disposeNetworks([encoder, decoder]),
    };
  });

  const chain = (name: string, networks: tf.LayersModel[]) => tf.sequential({ name, layers: networks });
  const stack = autoencoder({
    encoder: chain(
      "encoder",
      levels.map(({ encoder }) => encoder),
    ),
    decoder: chain("decoder", levels.map(({ decoder }) => decoder).toReversed()),
  });
  return { stages, stack, dispose: () => stack.dispose() };
}
