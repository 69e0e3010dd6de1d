import { check, sizeOf } from "@latentkit/core/authoring";
import {
  type ConditionOptions,
  type ConvDecoderOptions,
  type ConvEncoderOptions,
  convDecoder,
  convEncoder,
  type HeadOptions,
} from "@latentkit/layers";
import { autoencoder } from "./autoencoder.js";
import { checkLoss } from "./internal/autoencoder-parts.js";
import type { Autoencoder, AutoencoderOptions } from "./types.js";

/** Options of {@link convAutoencoder}: lists are the encoder's, the decoder has them in reverse. */
export interface ConvAutoencoderOptions
  extends Omit<ConvEncoderOptions, "name" | "outputActivation" | keyof ConditionOptions | keyof HeadOptions>,
    Pick<ConvDecoderOptions, "upsampling">,
    Pick<AutoencoderOptions, "loss"> {}

const NAMES = [
  ...[
    "inputShape",
    "latentDim",
    "filters",
    "kernelSize",
    "strides",
    "hiddenUnits",
    "downsampling",
    "upsampling",
    "loss",
  ],
  ...["activation", "alpha", "batchNormalization", "dropout", "seed"],
];

/**
 * Convolutional autoencoder: convolutions down to the code and their mirror image back. The better network for images, because
 * one kernel serves every place of them.
 *
 * Images of any size: a side of s pixels becomes ⌈s / stride⌉ by padding, and the decoder crops at its right and lower edge where s
 * is not divisible, so that a reconstruction has exactly the shape of its image. The decoder enlarges by transposed
 * convolutions, or by repeated pixels and a convolution (`upsampling: "nearest"`), which leaves no checkerboard.
 *
 * **Shapes**: `batch.x` `[batch, height, width, channels]`, codes `[batch, latentDim]`.
 *
 * **Units**: those of `loss`; nats per example for a likelihood.
 *
 * **Source**: Masci, Meier, Cireşan and Schmidhuber, "Stacked Convolutional Auto-Encoders for Hierarchical Feature Extraction",
 * 2011, https://doi.org/10.1007/978-3-642-21735-7_7; Odena, Dumoulin and Olah, "Deconvolution and Checkerboard Artifacts", 2016,
 * https://distill.pub/2016/deconv-checkerboard
 *
 * @throws ConfigError for a code as large as an image or larger, and for other options.
 * @example
 * ```ts
 * import { convAutoencoder } from "@latentkit/autoencoders";
 * const model = convAutoencoder({ inputShape: [28, 28, 1], filters: [16, 32], latentDim: 32 });
 * ```
 */
export function convAutoencoder(options: ConvAutoencoderOptions): Autoencoder {
  const checks = check("convAutoencoder");
  checks.known(options, NAMES);
  const { downsampling, upsampling, loss, ...shared } = options;
  const { inputShape, latentDim, filters, kernelSize, strides, hiddenUnits = [], ...style } = shared;
  const values = sizeOf(checks.sizes("inputShape", inputShape));
  checks.integer("latentDim", latentDim, { min: 1, below: values });
  checks.sizes("filters", filters);
  checkLoss("convAutoencoder", loss);
  const parametersPerValue = typeof loss === "object" ? loss.parametersPerValue : 1;
  return autoencoder({
    encoder: convEncoder({ ...shared, downsampling }),
    decoder: convDecoder({
      ...{ latentDim, outputShape: inputShape, filters: filters.toReversed(), upsampling, parametersPerValue },
      ...{ kernelSize: reversed(kernelSize), strides: reversed(strides), hiddenUnits: hiddenUnits.toReversed() },
      ...style,
    }),
    loss,
  });
}

/** One number for all layers stays; one for each is turned round. */
function reversed(each: number | readonly number[] | undefined): number | readonly number[] | undefined {
  return typeof each === "object" ? each.toReversed() : each;
}
