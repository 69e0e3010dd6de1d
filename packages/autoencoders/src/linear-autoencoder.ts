import { check, sizeOf } from "@latentkit/core/authoring";
import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { autoencoder } from "./autoencoder.js";
import type { Autoencoder } from "./types.js";

/** Options of {@link linearAutoencoder}. */
export interface LinearAutoencoderOptions {
  /** Shape of one example. */
  readonly inputShape: readonly number[];
  /** Size of the code, at most that of the data. */
  readonly latentDim: number;
  /** Seed of the initial weights. Default 0. */
  readonly seed?: number;
}

/**
 * Linear autoencoder: one layer without activation each way. Trained to the end it is principal component analysis, and so the
 * yardstick for every deeper autoencoder.
 *
 * Minimises the mean of ‖x − (W₂(W₁x + b₁) + b₂)‖² per value. At the minimum the columns of W₂ span the first `latentDim`
 * principal components, and the error is the sum of the discarded eigenvalues of the covariance over the number of values. The
 * codes are some basis of that subspace, not the components themselves.
 *
 * **Shapes**: `batch.x` `[batch, …inputShape]`, codes `[batch, latentDim]`.
 *
 * **Units**: the data's, squared; means over the values.
 *
 * **Source**: Bourlard and Kamp, "Auto-association by multilayer perceptrons and singular value decomposition", 1988,
 * https://doi.org/10.1007/BF00332918; Baldi and Hornik, 1989, fact 4, https://doi.org/10.1016/0893-6080(89)90014-2
 *
 * @throws ConfigError for a code larger than the data, and for other options.
 * @example
 * ```ts
 * import { linearAutoencoder } from "@latentkit/autoencoders";
 * const model = linearAutoencoder({ inputShape: [28, 28, 1], latentDim: 32 });
 * ```
 */
export function linearAutoencoder(options: LinearAutoencoderOptions): Autoencoder {
  const checks = check("linearAutoencoder");
  checks.known(options, ["inputShape", "latentDim", "seed"]);
  const { inputShape, latentDim, seed = 0 } = options;
  const values = sizeOf(checks.sizes("inputShape", inputShape));
  // Without sparsity or noise a larger code could only learn to copy.
  checks.integer("latentDim", latentDim, { min: 1, max: values });
  return autoencoder({
    encoder: mlpEncoder({ inputShape, hiddenUnits: [], latentDim, seed }),
    decoder: mlpDecoder({ latentDim, hiddenUnits: [], outputShape: inputShape, seed }),
  });
}
