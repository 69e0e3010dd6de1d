import { check, sizeOf } from "@latentkit/core/authoring";
import { mlpDecoder, mlpEncoder, type NetworkOptions } from "@latentkit/layers";
import { autoencoder } from "./autoencoder.js";
import { checkLoss } from "./internal/autoencoder-parts.js";
import type { Autoencoder, AutoencoderOptions } from "./types.js";

/** Options of {@link stackedAutoencoder}. */
export interface StackedAutoencoderOptions extends Omit<NetworkOptions, "name">, Pick<AutoencoderOptions, "loss"> {
  /** Shape of one example. */
  readonly inputShape: readonly number[];
  /** Widths of the encoder's hidden layers; the decoder has them in reverse. */
  readonly hiddenUnits: readonly number[];
  /** Size of the code, smaller than the data. */
  readonly latentDim: number;
}

/**
 * Stacked autoencoder: several dense layers down to the code and their mirror image back. Bends the code's subspace to the data
 * where a linear autoencoder cannot.
 *
 * Layers as wide as the data and more examples than it can hold apart are no guarantee of a good code: watch the validation loss,
 * which rises while the training loss falls when the network learns its examples by heart.
 *
 * **Shapes**: `batch.x` `[batch, …inputShape]`, codes `[batch, latentDim]`.
 *
 * **Units**: those of `loss`; nats per example for a likelihood.
 *
 * **Source**: Hinton and Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", 2006,
 * https://doi.org/10.1126/science.1127647
 *
 * @throws ConfigError for a code as large as the data or larger (see `denoisingAutoencoder` and `sparseAutoencoder` for that), and
 *   for other options.
 * @example
 * ```ts
 * import { stackedAutoencoder } from "@latentkit/autoencoders";
 * const model = stackedAutoencoder({ inputShape: [28, 28, 1], hiddenUnits: [512, 128], latentDim: 32 });
 * ```
 */
export function stackedAutoencoder(options: StackedAutoencoderOptions): Autoencoder {
  const checks = check("stackedAutoencoder");
  const styles = ["activation", "alpha", "batchNormalization", "dropout", "seed"];
  checks.known(options, ["inputShape", "hiddenUnits", "latentDim", "loss", ...styles]);
  const { inputShape, hiddenUnits, latentDim, loss, ...style } = options;
  const values = sizeOf(checks.sizes("inputShape", inputShape));
  checks.integer("latentDim", latentDim, { min: 1, below: values });
  checks.sizes("hiddenUnits", hiddenUnits);
  checkLoss("stackedAutoencoder", loss);
  const parametersPerValue = typeof loss === "object" ? loss.parametersPerValue : 1;
  return autoencoder({
    encoder: mlpEncoder({ inputShape, hiddenUnits, latentDim, ...style }),
    decoder: mlpDecoder({
      ...{ latentDim, hiddenUnits: hiddenUnits.toReversed(), outputShape: inputShape, parametersPerValue },
      ...style,
    }),
    loss,
  });
}
