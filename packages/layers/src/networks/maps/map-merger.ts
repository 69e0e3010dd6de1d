import { integer, resolveOptions, type SpecificationOf } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { assembly } from "../assembly.js";
import { IMAGE_SHAPE } from "../options.js";
import { withCoarse } from "./map-decoder.js";
import { conv, type MapOptions, mapOptions, residualBlocks } from "./residual-blocks.js";

/** Options of {@link mapMerger}. */
export interface MapMergerOptions extends MapOptions {
  /** Shape of the small map, the first input, `[height, width, channels]`. */
  readonly coarseShape: readonly number[];
  /** Shape of the large one: 2ᵏ times as high and as wide. */
  readonly inputShape: readonly number[];
  /** Channels of the map that comes out. */
  readonly channels: number;
}

const SPECIFICATION = {
  coarseShape: IMAGE_SHAPE,
  inputShape: IMAGE_SHAPE,
  channels: integer({ min: 1 }),
  ...mapOptions("merger"),
} satisfies SpecificationOf<MapMergerOptions>;

/**
 * A network from a small map and a large one to a large map: what the lower level of {@link mapEncoder}s encodes once it knows the
 * upper one. Layers: `coarse1` …, `conv`, `residual1_in` …, `map`.
 *
 * **Shapes** `[batch, …coarseShape]`, `[batch, height, width, …]` → `[batch, height, width, channels]`.
 *
 * **Source** Razavi, van den Oord and Vinyals, "Generating Diverse High-Fidelity Images with VQ-VAE-2", 2019, algorithm 1.
 * https://arxiv.org/abs/1906.00446
 *
 * @throws ConfigError for an option that is misspelt, and for sizes that doubling does not reach.
 * @example
 * ```ts
 * import { mapMerger } from "@latentkit/layers";
 * const merger = mapMerger({ coarseShape: [7, 7, 16], inputShape: [14, 14, 64], channels: 16 });
 * ```
 */
export function mapMerger(options: MapMergerOptions): tf.LayersModel {
  const resolved = resolveOptions("mapMerger", SPECIFICATION, options);
  const net = assembly(resolved);
  const joined = withCoarse(net, "mapMerger", resolved.coarseShape, resolved.inputShape);
  const filters = resolved.inputShape[2]!;
  const x = residualBlocks(net, conv(net, "conv", joined, filters, 3), resolved);
  return net.model([conv(net, "map", x, resolved.channels, 1)]);
}
