import type { ModelFactory } from "@latentkit/core";
import { apply, checkShape, defineModel, network, outputShape } from "@latentkit/core/authoring";
import type { Likelihood, Quantizer } from "@latentkit/losses";
import { likelihoodOption, quantizerOption } from "@latentkit/losses/authoring";
import type * as tf from "@tensorflow/tfjs";
import { checkMap, checkParameters } from "./internal/check-maps.js";
import { codeModel } from "./internal/code-model.js";
import type { VqVae } from "./types.js";

/** Options of {@link vqVae}. */
export interface VqVaeOptions {
  /** `[batch, …]` → a map of vectors, `[batch, height, width, dim]`, such as `mapEncoder` gives, or one vector, `[batch, dim]`. */
  readonly encoder: tf.LayersModel;
  /** The quantised map → the likelihood's parameters, data-shaped with `parametersPerValue` on the last axis. */
  readonly decoder: tf.LayersModel;
  /** How vectors become codes: `vectorQuantizer`, `residualQuantizer` or `finiteScalarQuantizer`. */
  readonly quantizer: Quantizer;
  /** How a decoder's output scores data. Default `bernoulli()`, on logits: for values in [0, 1], such as grey images. */
  readonly likelihood?: Likelihood;
}

/**
 * Vector-quantised variational autoencoder: a picture becomes a small map of code numbers, and the decoder a picture again. For
 * compression, and for sharp samples once a prior over the numbers is learnt: `withCodePrior(model, prior)`.
 *
 * Minimises, on average over the batch,
 *
 *     −log p(x | z_q) + β‖z − sg[e]‖² (+ ‖sg[z] − e‖² where the gradient moves codes),   z_q = z + sg[e − z],
 *
 * e the codes nearest to the encoder's vectors z, all squares summed over the places of an example. The posterior is certain of its code,
 * so with equally likely codes the divergence is the constant log K of each place; with a learnt prior it is −log p(codes). Logs
 * `vqVae/reconstruction`, `vqVae/commitment`, `vqVae/perplexity` of a batch's codes and `vqVae/used`, the share of codes in use.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, height · width · dim]`, code numbers `[batch, height, width, codesPerVector]`.
 *
 * **Units**: nats per example.
 *
 * **Source**: van den Oord, Vinyals and Kavukcuoglu, "Neural Discrete Representation Learning", 2017, equations 1 to 3.
 * https://arxiv.org/abs/1711.00937
 *
 * @throws ShapeError when encoder, quantiser, decoder and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { mapDecoder, mapEncoder } from "@latentkit/layers";
 * import { vectorQuantizer } from "@latentkit/losses";
 * import { vqVae } from "@latentkit/vae";
 * const model = vqVae({
 *   encoder: mapEncoder({ inputShape: [28, 28, 1], filters: [8, 16], channels: 4 }),
 *   decoder: mapDecoder({ inputShape: [7, 7, 4], filters: [16, 8], outputShape: [28, 28, 1] }),
 *   quantizer: vectorQuantizer({ codes: 64, dim: 4, restart: { below: 2 } }),
 * }); // 28×28 pixels in 7×7 code numbers
 * ```
 */
export const vqVae: ModelFactory<VqVaeOptions, VqVae> = defineModel(
  "vqVae",
  { encoder: network(), decoder: network(), quantizer: quantizerOption(), likelihood: likelihoodOption() },
  ({ encoder, decoder, quantizer, likelihood }) => {
    const mapShape = checkMap("vqVae", "encoder", encoder, quantizer);
    checkShape("vqVae", "decoder's input (the quantised map)", decoder.inputs[0]!.shape, mapShape);
    const dataShape = encoder.inputs[0]!.shape;
    checkParameters("vqVae", outputShape("vqVae", "decoder", decoder), dataShape, likelihood);
    const codebook = quantizer.create();
    const model = codeModel({
      owner: "vqVae",
      networks: { encoder, decoder, ...codebook.networks },
      ...{ dataShape, likelihood, maps: [{ shape: mapShape.slice(1) as number[], codebook }] },
      infer(x, visit, step) {
        visit(0, apply(encoder, x, step));
      },
      generate: ([map], step) => apply(decoder, map!, step),
    });
    return { ...model };
  },
);
