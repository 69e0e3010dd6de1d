import { integer, resolveOptions, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { assembly } from "../assembly.js";
import { IMAGE_SHAPE } from "../options.js";
import { conv, type MapOptions, mapOptions, residualBlocks } from "./residual-blocks.js";

/** Options of {@link mapEncoder}. */
export interface MapEncoderOptions extends MapOptions {
  /** Shape of one image, or of a larger map, `[height, width, channels]`. */
  readonly inputShape: readonly number[];
  /** Channels behind each halving of height and width: two of them make 28×28 into 7×7. */
  readonly filters: readonly number[];
  /** Channels of the map: size of its vectors. */
  readonly channels: number;
}

const SPECIFICATION = {
  inputShape: IMAGE_SHAPE,
  filters: sizes(),
  channels: integer({ min: 1 }),
  ...mapOptions("encoder"),
} satisfies SpecificationOf<MapEncoderOptions>;

/**
 * A residual network from images to maps of vectors, as codebooks take them: 4×4 convolutions of stride 2, a 3×3 one, residual blocks, and
 * a 1×1 convolution to the map. Layers: `conv1` …, `residual1_in` …, `map`.
 *
 * **Shapes** `[batch, height, width, channels]` → `[batch, ⌈height / 2ⁿ⌉, ⌈width / 2ⁿ⌉, channels]`, n the number of `filters`.
 *
 * **Source** van den Oord, Vinyals and Kavukcuoglu, "Neural Discrete Representation Learning", 2017, section 4.1.
 * https://arxiv.org/abs/1711.00937
 *
 * @throws ConfigError for an option that is misspelt or cannot work.
 * @example
 * ```ts
 * import { mapEncoder } from "@latentkit/layers";
 * const encoder = mapEncoder({ inputShape: [28, 28, 1], filters: [32, 64], channels: 16 }); // to [7, 7, 16]
 * ```
 */
export function mapEncoder(options: MapEncoderOptions): tf.LayersModel {
  const resolved = resolveOptions("mapEncoder", SPECIFICATION, options);
  const net = assembly(resolved);
  let x = net.input("input", resolved.inputShape);
  for (const [i, filters] of resolved.filters.entries()) {
    x = net.hidden(`conv${i + 1}`, x, (shared) =>
      tf.layers.conv2d({ ...shared, filters, kernelSize: 4, strides: 2, padding: "same" }),
    );
  }
  const last = conv(net, "conv", x, resolved.filters.at(-1)!, 3);
  return net.model([conv(net, "map", residualBlocks(net, last, resolved), resolved.channels, 1)]);
}
