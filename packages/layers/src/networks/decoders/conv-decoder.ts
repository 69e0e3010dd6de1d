import { choice, integer, resolveOptions, type SpecificationOf, sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { ActivationKind } from "../../activations/functions.js";
import { nearestUpsampling } from "../../nearest-upsampling.js";
import { upsamplingConv2d } from "../../upsampling-conv2d.js";
import { type Assembly, assembly, type MakeLayer } from "../assembly.js";
import { CONVOLUTIONS, type Convolution, type ConvolutionOptions, convolutions, shrunk } from "../convolutions.js";
import { activationOption, CONDITIONS, type ConditionOptions, IMAGE_SHAPE, styled } from "../options.js";
import { crop, denseStack, vectorInput } from "../parts.js";

/** How a decoder makes images larger. */
export type Upsampling = "transposed" | "nearest";

/** Options of {@link convDecoder}. */
export interface ConvDecoderOptions extends ConvolutionOptions, ConditionOptions {
  /** Size of the code. */
  readonly latentDim: number;
  /** Shape of one image, `[height, width, channels]`; any size. */
  readonly outputShape: readonly number[];
  /** Channels before each enlargement, from the smallest image on: the encoder's `filters` in reverse. */
  readonly filters: readonly number[];
  /** Transposed convolutions (default), or each pixel repeated and then a convolution, which leaves no checkerboard. */
  readonly upsampling?: Upsampling;
  /** Outputs for each value, a likelihood's `parametersPerValue`. Default 1. */
  readonly parametersPerValue?: number;
  /** Activation of the output. Default `linear`, which is what likelihoods expect. */
  readonly outputActivation?: ActivationKind;
}

const SPECIFICATION = {
  latentDim: integer({ min: 1 }),
  outputShape: IMAGE_SHAPE,
  upsampling: choice(["transposed", "nearest"], { default: "transposed" }),
  parametersPerValue: integer({ min: 1, default: 1 }),
  outputActivation: activationOption("linear"),
  activation: activationOption("relu"),
  ...CONVOLUTIONS,
  ...CONDITIONS,
  ...styled("decoder"),
} satisfies SpecificationOf<ConvDecoderOptions>;

/**
 * A network from codes to images: dense layers, then one enlargement for each of `filters`. Inputs: `input`, and `class` and
 * `condition` where wanted, which are joined with the code. Layers: `hidden1` …, `seed`, `conv1` … and `output`.
 *
 * The sizes are those of {@link convEncoder} in reverse, ⌈s / stride⌉ from layer to layer; where s is not divisible the
 * enlarged image is cropped at its right and lower edge, so every output shape is reached exactly.
 *
 * **Shapes** `[batch, latentDim]` (, `[batch, classes]`, `[batch, conditionDim]`) →
 * `[batch, height, width, channels · parametersPerValue]`.
 *
 * **Source** Odena, Dumoulin and Olah, "Deconvolution and Checkerboard Artifacts", 2016, for `nearest`.
 * https://distill.pub/2016/deconv-checkerboard
 *
 * @throws ConfigError for an option that is misspelt or cannot work.
 * @example
 * ```ts
 * import { convDecoder } from "@latentkit/layers";
 * const decoder = convDecoder({ latentDim: 16, outputShape: [28, 28, 1], filters: [64, 32] });
 * ```
 */
export function convDecoder(options: ConvDecoderOptions): tf.LayersModel {
  const resolved = resolveOptions("convDecoder", SPECIFICATION, options);
  const { latentDim, hiddenUnits, upsampling, outputActivation } = resolved;
  const [height, width, channels] = resolved.outputShape as [number, number, number];
  const layers = convolutions("convDecoder", resolved);
  const sizes = sizeChain(height, width, layers);
  const net = assembly(resolved);

  const hidden = denseStack(net, vectorInput(net, "input", [latentDim], resolved), hiddenUnits);
  const seed = [...sizes[0]!, layers[0]!.filters];
  let x = net.hidden("seed", hidden, net.dense(sizeOf(seed)));
  x = net.apply(tf.layers.reshape({ targetShape: seed, name: net.named("reshape") }), x);

  for (const [i, layer] of layers.entries()) {
    const last = i === layers.length - 1;
    const name = last ? "output" : `conv${i + 1}`;
    const filters = last ? channels * resolved.parametersPerValue : layers[i + 1]!.filters;
    const styled = (y: tf.SymbolicTensor, make: MakeLayer) =>
      last ? net.output(name, y, make, { activation: outputActivation }) : net.hidden(name, y, make);
    x = enlarge(net, x, name, { ...layer, filters }, upsampling, sizes[i + 1]!, styled);
  }
  return net.model([x]);
}

/** Heights and widths from the smallest image to the output. */
function sizeChain(height: number, width: number, layers: readonly Convolution[]): [number, number][] {
  const sizes: [number, number][] = [[height, width]];
  for (const { strides } of layers.toReversed()) {
    const [h, w] = sizes[0]!;
    sizes.unshift([shrunk(h, strides), shrunk(w, strides)]);
  }
  return sizes;
}

/** One enlargement: the layer of the hidden or the output style, and the crop to `size`. */
function enlarge(
  net: Assembly,
  x: tf.SymbolicTensor,
  name: string,
  { filters, kernelSize, strides }: Convolution,
  upsampling: Upsampling,
  size: readonly [number, number],
  styled: (y: tf.SymbolicTensor, make: MakeLayer) => tf.SymbolicTensor,
): tf.SymbolicTensor {
  const common = { filters, kernelSize, padding: "same" } as const;
  if (upsampling === "transposed") {
    return crop(
      net,
      styled(x, (shared) => tf.layers.conv2dTranspose({ ...shared, ...common, strides })),
      name,
      size,
    );
  }
  // What is cropped before the convolution has to be there: otherwise the two are one layer.
  const whole = x.shape[1]! * strides === size[0] && x.shape[2]! * strides === size[1];
  if (whole) {
    return styled(x, (shared) => upsamplingConv2d({ ...shared, filters, kernelSize, factor: strides }));
  }
  const repeated = net.apply(nearestUpsampling({ factor: strides, name: net.named(`${name}_upsampling`) }), x);
  return styled(crop(net, repeated, name, size), (shared) => tf.layers.conv2d({ ...shared, ...common }));
}
