import type { ModelFactory } from "@latentkit/core";
import { apply, checkShape, defineModel, network, outputShape } from "@latentkit/core/authoring";
import type { Likelihood, Quantizer } from "@latentkit/losses";
import { likelihoodOption, quantizerOption } from "@latentkit/losses/authoring";
import type * as tf from "@tensorflow/tfjs";
import { checkInputs, checkMap, checkParameters } from "./internal/check-maps.js";
import { codeModel } from "./internal/code-model.js";
import type { VqVae2 } from "./types.js";

/** Options of {@link vqVae2}. */
export interface VqVae2Options {
  /** `[batch, …]` → features `[batch, height, width, channels]`, such as `mapEncoder` gives. */
  readonly bottomEncoder: tf.LayersModel;
  /** Features → the upper map, `[batch, …, dim]`, smaller than the features. */
  readonly topEncoder: tf.LayersModel;
  /** The quantised upper map and the features → the lower map, such as `mapMerger` gives. */
  readonly merger: tf.LayersModel;
  /** The quantised upper and lower map → the likelihood's parameters: `mapDecoder` with a `coarseShape`. */
  readonly decoder: tf.LayersModel;
  /** Codes of the upper map: what is where. */
  readonly topQuantizer: Quantizer;
  /** Codes of the lower map: what it looks like. */
  readonly bottomQuantizer: Quantizer;
  /** How a decoder's output scores data. Default `bernoulli()`. */
  readonly likelihood?: Likelihood;
}

/**
 * VQ-VAE-2: a {@link vqVae} of two maps, a small one for the whole and a larger one for the details, which is encoded and decoded in the
 * knowledge of the small one. For larger pictures.
 *
 * Minimises −log p(x | t, b) and the losses of both quantisers, where with features h of the picture
 *
 *     t = quantised(E_top(h)),   b = quantised(merger(t, h)).
 *
 * Logs `vqVae2/reconstruction` and, for each level, `vqVae2/topCommitment`, `topPerplexity`, `topUsed`, `bottomCommitment` ….
 *
 * **Shapes**: `batch.x` `[batch, …]`; code numbers `[batch, count, 1]`: the upper map in reading order, then the lower one, so that a
 * prior over sequences draws the whole first. **Units**: nats per example.
 *
 * **Source**: Razavi, van den Oord and Vinyals, "Generating Diverse High-Fidelity Images with VQ-VAE-2", 2019, algorithm 1.
 * https://arxiv.org/abs/1906.00446
 *
 * @throws ShapeError when networks, quantisers and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { mapDecoder, mapEncoder, mapMerger } from "@latentkit/layers";
 * import { vectorQuantizer } from "@latentkit/losses";
 * import { vqVae2 } from "@latentkit/vae";
 * const [top, features, bottom] = [[4, 4, 4], [8, 8, 8], [8, 8, 4]];
 * const model = vqVae2({
 *   bottomEncoder: mapEncoder({ inputShape: [16, 16, 1], filters: [8], channels: 8, name: "bottom" }),
 *   topEncoder: mapEncoder({ inputShape: features, filters: [8], channels: 4, name: "top" }),
 *   merger: mapMerger({ coarseShape: top, inputShape: features, channels: 4 }),
 *   decoder: mapDecoder({ coarseShape: top, inputShape: bottom, filters: [8], outputShape: [16, 16, 1] }),
 *   topQuantizer: vectorQuantizer({ codes: 32, dim: 4 }),
 *   bottomQuantizer: vectorQuantizer({ codes: 32, dim: 4 }),
 * });
 * ```
 */
export const vqVae2: ModelFactory<VqVae2Options, VqVae2> = defineModel(
  "vqVae2",
  {
    ...{ bottomEncoder: network(), topEncoder: network(), merger: network(), decoder: network() },
    ...{ topQuantizer: quantizerOption(), bottomQuantizer: quantizerOption(), likelihood: likelihoodOption() },
  },
  ({ bottomEncoder, topEncoder, merger, decoder, topQuantizer, bottomQuantizer, likelihood }) => {
    const owner = "vqVae2";
    const features = outputShape(owner, "bottomEncoder", bottomEncoder);
    checkShape(owner, "topEncoder's input (the features)", topEncoder.inputs[0]!.shape, features);
    const topShape = checkMap(owner, "topEncoder", topEncoder, topQuantizer);
    checkInputs(owner, "merger", merger, ["the upper map", "the features"]);
    checkShape(owner, "merger's first input (the upper map)", merger.inputs[0]!.shape, topShape);
    checkShape(owner, "merger's second input (the features)", merger.inputs[1]!.shape, features);
    const bottomShape = checkMap(owner, "merger", merger, bottomQuantizer);
    checkInputs(owner, "decoder", decoder, ["the upper map", "the lower map"]);
    checkShape(owner, "decoder's first input (the upper map)", decoder.inputs[0]!.shape, topShape);
    checkShape(owner, "decoder's second input (the lower map)", decoder.inputs[1]!.shape, bottomShape);
    const dataShape = bottomEncoder.inputs[0]!.shape;
    checkParameters(owner, outputShape(owner, "decoder", decoder), dataShape, likelihood);

    const [top, bottom] = [topQuantizer.create("top"), bottomQuantizer.create("bottom")];
    const model = codeModel({
      owner,
      networks: { bottomEncoder, topEncoder, merger, decoder, ...top.networks, ...bottom.networks },
      ...{ dataShape, likelihood },
      maps: [
        { name: "top", shape: topShape.slice(1) as number[], codebook: top },
        { name: "bottom", shape: bottomShape.slice(1) as number[], codebook: bottom },
      ],
      infer(x, visit, step) {
        const h = apply(bottomEncoder, x, step);
        const t = visit(0, apply(topEncoder, h, step));
        visit(1, apply(merger, [t, h], step));
      },
      generate: ([t, b], step) => apply(decoder, [t!, b!], step),
    });
    return { ...model };
  },
);
