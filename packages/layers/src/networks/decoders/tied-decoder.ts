import { ConfigError } from "@latentkit/core";
import { check, network, outputShape, resolveOptions, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { Activation, activation } from "../../activations/activation.js";
import type { ActivationKind } from "../../activations/functions.js";
import { NoiseLayer } from "../../noise/noise-layer.js";
import { tiedConv2dTranspose } from "../../tied/tied-conv2d-transpose.js";
import { tiedDense } from "../../tied/tied-dense.js";
import { activationOption, named } from "../options.js";

/** Options of {@link tiedDecoder}. */
export interface TiedDecoderOptions {
  /** A chain of dense layers, convolutions, activations, noise and flattening: what `mlpEncoder` and `convEncoder` build. */
  readonly encoder: tf.LayersModel;
  /** Activation of the output. Default `linear`. */
  readonly outputActivation?: ActivationKind;
  /** Name of the network. Default `decoder`. */
  readonly name?: string;
}

const SPECIFICATION = {
  encoder: network(),
  outputActivation: activationOption("linear"),
  name: named("decoder").name,
} satisfies SpecificationOf<TiedDecoderOptions>;

type Step = (x: tf.SymbolicTensor) => tf.SymbolicTensor;

/**
 * The mirror image of an encoder, with the encoder's kernels transposed: W(N−L+1) = W(L)ᵀ. Only its biases are its own, so
 * an autoencoder has half the kernels. Hidden activations are mirrored too, noise is not.
 *
 * It takes no conditions: an encoder with several inputs has no mirror image. Update both networks; the shared kernels are counted, saved and frozen with the encoder. Save and load the two together.
 *
 * **Shapes** `[batch, latentDim]` → the encoder's input shape.
 *
 * **Source** Vincent et al., "Stacked Denoising Autoencoders", 2010, section 3; Masci et al., "Stacked Convolutional
 * Auto-Encoders for Hierarchical Feature Extraction", 2011.
 *
 * @throws ConfigError when the encoder has a layer without a transposed, such as pooling or batch normalisation;
 * ShapeError when it has several outputs.
 * @example
 * ```ts
 * import { mlpEncoder, tiedDecoder } from "@latentkit/layers";
 * const encoder = mlpEncoder({ inputShape: [28, 28, 1], hiddenUnits: [400], latentDim: 20 });
 * const decoder = tiedDecoder({ encoder, outputActivation: "sigmoid" });
 * ```
 */
export function tiedDecoder(options: TiedDecoderOptions): tf.LayersModel {
  const { encoder, outputActivation, name } = resolveOptions("tiedDecoder", SPECIFICATION, options);
  const code = outputShape("tiedDecoder", "encoder", encoder);

  // What follows the last layer with a kernel, such as an activation of the code, has nothing to undo.
  const steps = encoder.layers.toReversed().flatMap((layer) => mirror(layer, name));
  const first = steps.findIndex(({ tied }) => tied);
  check("tiedDecoder").that("encoder", encoder, first >= 0, "a network with dense or convolutional layers");
  const input = tf.input({ shape: code.slice(1), name: `${name}/input` });
  let x = steps.slice(first).reduce((y, { step }) => step(y), input as tf.SymbolicTensor);
  if (outputActivation !== "linear") {
    x = activation({ kind: outputActivation, name: `${name}/output_${outputActivation}` }).apply(x) as typeof x;
  }
  return tf.model({ inputs: input, outputs: x, name });
}

/** What stands in the decoder for one layer of the encoder, in the decoder's order. */
function mirror(layer: tf.layers.Layer, decoder: string): { tied: boolean; step: Step }[] {
  const name = `${decoder}/${layer.name.split("/").at(-1)}`;
  const place = (made: tf.layers.Layer, tied = false) => [{ tied, step: ((x) => made.apply(x)) as Step }];
  if (layer.inboundNodes.length > 1 || layer.inboundNodes[0]!.inboundLayers.length > 1) {
    throw new ConfigError(`tiedDecoder: expected the layers of \`encoder\` to be a chain, '${layer.name}' branches.`);
  }
  if (layer instanceof NoiseLayer) return [];
  if (layer instanceof Activation) return place(activation({ kind: layer.kind, alpha: layer.alpha, name }));
  const config = layer.getConfig() as { readonly activation?: ActivationKind };
  const own = config.activation ?? "linear";
  const undone = own === "linear" ? [] : [own];
  const before = undone.flatMap((kind) => place(activation({ kind, name: `${name}_${kind}` })));
  switch (layer.getClassName()) {
    case "InputLayer":
    case "Dropout":
    case "GaussianNoise":
      return [];
    case "Flatten":
    case "Reshape":
      return place(tf.layers.reshape({ targetShape: (layer.input as tf.SymbolicTensor).shape.slice(1), name }));
    case "Dense":
      return [...before, ...place(tiedDense({ layer, name }), true)];
    case "Conv2D":
      return [...before, ...place(tiedConv2dTranspose({ layer, name }), true)];
    default:
      throw new ConfigError(
        `tiedDecoder: expected \`encoder\` to have dense and convolutional layers, activations, noise and flattening only, received '${layer.name}' (${layer.getClassName()}); build it with strides and without batch normalisation.`,
      );
  }
}
