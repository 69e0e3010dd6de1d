import { check } from "@latentkit/core/authoring";
import { type ActivationKind, tiedDecoder } from "@latentkit/layers";
import type * as tf from "@tensorflow/tfjs";
import { autoencoder } from "./autoencoder.js";
import { checkLoss } from "./internal/autoencoder-parts.js";
import type { Autoencoder, AutoencoderOptions } from "./types.js";

/** Options of {@link tiedAutoencoder}. */
export interface TiedAutoencoderOptions extends Pick<AutoencoderOptions, "loss"> {
  /** A chain of dense layers or strided convolutions, as `mlpEncoder` and `convEncoder` build. */
  readonly encoder: tf.LayersModel;
  /** Activation of the reconstruction. Default `linear`. */
  readonly outputActivation?: ActivationKind;
}

/**
 * Autoencoder with tied weights: the decoder is the encoder's mirror image with transposed kernels, W(N−L+1) = W(L)ᵀ. Half the
 * kernel parameters, and no trade of large weights on one side for small ones on the other; each side keeps its own biases.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`.
 *
 * **Units**: those of `loss`; nats per example for a likelihood.
 *
 * **Source**: Vincent et al., "Stacked Denoising Autoencoders", 2010, section 3; for convolutions Masci et al., 2011.
 *
 * @throws ConfigError when the encoder has layers without a transposed, such as pooling; ShapeError when loss and networks do not
 *   fit together.
 * @example
 * ```ts
 * import { tiedAutoencoder } from "@latentkit/autoencoders";
 * import { mlpEncoder } from "@latentkit/layers";
 * const encoder = mlpEncoder({ inputShape: [28, 28, 1], hiddenUnits: [256], latentDim: 32 });
 * const model = tiedAutoencoder({ encoder, outputActivation: "sigmoid" });
 * ```
 */
export function tiedAutoencoder(options: TiedAutoencoderOptions): Autoencoder {
  check("tiedAutoencoder").known(options, ["encoder", "outputActivation", "loss"]);
  const { encoder, outputActivation, loss } = options;
  checkLoss("tiedAutoencoder", loss);
  return autoencoder({ encoder, decoder: tiedDecoder({ encoder, outputActivation }), loss });
}
