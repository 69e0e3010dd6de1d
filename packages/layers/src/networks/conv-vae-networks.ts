import { integer, resolveOptions, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { convDecoder } from "./decoders/conv-decoder.js";
import { convGaussianEncoder } from "./encoders/conv-encoder.js";
import { CONDITIONS, type ConditionOptions, IMAGE_SHAPE, named } from "./options.js";

/** Options of {@link convVaeNetworks}. */
export interface ConvVaeNetworksOptions extends ConditionOptions {
  /** Shape of one image, `[height, width, channels]`; any size. */
  readonly imageShape: readonly number[];
  /** Size of the code. Default 16. */
  readonly latentDim?: number;
  /** Channels of the encoder's convolutions, each halving the image; the decoder has them in reverse. Default `[32, 64]`. */
  readonly filters?: readonly number[];
  /** Width of one dense hidden layer in each network. Default 128. */
  readonly hiddenUnits?: number;
  /** Outputs for each value, a likelihood's `parametersPerValue`. Default 1. */
  readonly parametersPerValue?: number;
  /** Seed of the initial weights. Default 0. */
  readonly seed?: number;
}

const SPECIFICATION = {
  imageShape: IMAGE_SHAPE,
  latentDim: integer({ min: 1, default: 16 }),
  filters: sizes({ default: [32, 64] }),
  hiddenUnits: integer({ min: 1, default: 128 }),
  parametersPerValue: integer({ min: 1, default: 1 }),
  seed: named("encoder").seed,
  ...CONDITIONS,
} satisfies SpecificationOf<ConvVaeNetworksOptions>;

/**
 * The two networks of a convolutional variational autoencoder for images of a given shape: a {@link convGaussianEncoder} and a
 * {@link convDecoder} that mirrors it.
 *
 * **Shapes** as of the two builders.
 *
 * @throws ConfigError for an option that is misspelt or cannot work.
 * @example
 * ```ts
 * import { convVaeNetworks } from "@latentkit/layers";
 * const { encoder, decoder } = convVaeNetworks({ imageShape: [28, 28, 1] });
 * ```
 */
export function convVaeNetworks(options: ConvVaeNetworksOptions): {
  readonly encoder: tf.LayersModel;
  readonly decoder: tf.LayersModel;
} {
  const resolved = resolveOptions("convVaeNetworks", SPECIFICATION, options);
  const { imageShape, filters, hiddenUnits, parametersPerValue, ...shared } = resolved;
  const both = { ...shared, hiddenUnits: [hiddenUnits] };
  return {
    encoder: convGaussianEncoder({ ...both, inputShape: imageShape, filters }),
    decoder: convDecoder({ ...both, outputShape: imageShape, filters: filters.toReversed(), parametersPerValue }),
  };
}
