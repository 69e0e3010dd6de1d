import { ConfigError } from "@latentkit/core";
import { integer, optional, resolveOptions, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type Assembly, assembly } from "../assembly.js";
import { IMAGE_SHAPE } from "../options.js";
import { crop } from "../parts.js";
import { conv, doubled, type MapOptions, mapOptions, residualBlocks } from "./residual-blocks.js";

/** Options of {@link mapDecoder}. */
export interface MapDecoderOptions extends MapOptions {
  /** Shape of the map, `[height, width, channels]`. */
  readonly inputShape: readonly number[];
  /** Shape of a smaller map beside it, which becomes the first input: 2ᵏ times smaller. Default none. */
  readonly coarseShape?: readonly number[];
  /** Shape of one image, `[height, width, channels]`: each of `filters` doubles the map's sizes, and what is beyond is cut off. */
  readonly outputShape: readonly number[];
  /** Channels before each doubling: the encoder's `filters` in reverse. */
  readonly filters: readonly number[];
  /** Outputs for each value, a likelihood's `parametersPerValue`. Default 1. */
  readonly parametersPerValue?: number;
}

const SPECIFICATION = {
  inputShape: IMAGE_SHAPE,
  coarseShape: optional(IMAGE_SHAPE),
  outputShape: IMAGE_SHAPE,
  filters: sizes(),
  parametersPerValue: integer({ min: 1, default: 1 }),
  ...mapOptions("decoder"),
} satisfies SpecificationOf<MapDecoderOptions>;

/**
 * The mirror of {@link mapEncoder}: a residual network from maps of vectors to images, or from a small map and a larger one. Layers:
 * `coarse1` … for the small one, `conv`, `residual1_in` …, `conv1` …, `output`.
 *
 * **Shapes** (`[batch, …coarseShape]`,) `[batch, …inputShape]` → `[batch, height, width, channels · parametersPerValue]`.
 *
 * **Source** van den Oord, Vinyals and Kavukcuoglu, "Neural Discrete Representation Learning", 2017, section 4.1,
 * https://arxiv.org/abs/1711.00937; two maps: Razavi, van den Oord and Vinyals, "Generating Diverse High-Fidelity Images with VQ-VAE-2",
 * 2019, figure 2, https://arxiv.org/abs/1906.00446
 *
 * @throws ConfigError for an option that is misspelt, and for sizes that doubling does not reach.
 * @example
 * ```ts
 * import { mapDecoder } from "@latentkit/layers";
 * const decoder = mapDecoder({ inputShape: [7, 7, 16], filters: [64, 32], outputShape: [28, 28, 1] });
 * ```
 */
export function mapDecoder(options: MapDecoderOptions): tf.LayersModel {
  const resolved = resolveOptions("mapDecoder", SPECIFICATION, options);
  const { inputShape, coarseShape, outputShape, filters, parametersPerValue } = resolved;
  const [height, width, channels] = outputShape as [number, number, number];
  const net = assembly(resolved);
  const factor = 2 ** filters.length;
  const fits = [0, 1].every((axis) => Math.ceil(outputShape[axis]! / factor) === inputShape[axis]);
  if (!fits) {
    throw new ConfigError(
      `mapDecoder: expected \`inputShape\` to be ${factor} times smaller than \`outputShape\`, [${Math.ceil(height / factor)}, ${Math.ceil(width / factor)}, …], received [${inputShape.join(", ")}]; give as many \`filters\` as the encoder has.`,
    );
  }
  let x = coarseShape ? withCoarse(net, "mapDecoder", coarseShape, inputShape) : net.input("input", inputShape);
  x = residualBlocks(net, conv(net, "conv", x, filters[0]!, 3), resolved);
  for (const [i] of filters.slice(1).entries()) x = doubled(net, `conv${i + 1}`, x, filters[i + 1]!);
  x = net.output("output", x, (shared) =>
    tf.layers.conv2dTranspose({
      ...{ ...shared, filters: channels * parametersPerValue },
      ...{ kernelSize: 4, strides: 2, padding: "same" },
    }),
  );
  return net.model([crop(net, x, "output", [height, width])]);
}

/** A map joined with a smaller one, which is doubled until it is as large. Inputs: `coarse`, `input`. */
export function withCoarse(
  net: Assembly,
  owner: string,
  coarseShape: readonly number[],
  shape: readonly number[],
): tf.SymbolicTensor {
  let coarse = net.input("coarse", coarseShape);
  const input = net.input("input", shape);
  const doublings = Math.round(Math.log2(shape[0]! / coarseShape[0]!));
  const fits = [0, 1].every((axis) => coarseShape[axis] === Math.ceil(shape[axis]! / 2 ** doublings));
  if (!fits || doublings < 1) {
    throw new ConfigError(
      `${owner}: expected \`coarseShape\` to be 2, 4, … times smaller than [${shape.join(", ")}], received [${coarseShape.join(", ")}].`,
    );
  }
  for (let i = 1; i <= doublings; i++) coarse = doubled(net, `coarse${i}`, coarse, coarseShape[2]!);
  const met = crop(net, coarse, "coarse", [shape[0]!, shape[1]!]);
  return net.apply(tf.layers.concatenate({ name: net.named("joined") }), [met, input]);
}
