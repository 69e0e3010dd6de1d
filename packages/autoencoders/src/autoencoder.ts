import {
  apply,
  check,
  checkEncoderDecoder,
  checkShape,
  type DataBatch,
  type Decodes,
  disposeNetworks,
  type Encodes,
  type Model,
  type Reconstructs,
} from "@latentkit/core";
import { type Likelihood, meanSquaredError } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";

/** How far a reconstruction is from the data, as one number for the batch: `meanSquaredError`, or a function of your own. */
export type ReconstructionLoss = (x: tf.Tensor, reconstruction: tf.Tensor) => tf.Scalar;

/** Options of {@link autoencoder}. */
export interface AutoencoderOptions {
  /** `[batch, …]` → the code, `[batch, latentDim]`. */
  readonly encoder: tf.LayersModel;
  /** `[batch, latentDim]` → the reconstruction, or the parameters of the likelihood. */
  readonly decoder: tf.LayersModel;
  /** A function of data and reconstruction, or a likelihood, whose negative logarithm is minimised. Default `meanSquaredError`. */
  readonly loss?: ReconstructionLoss | Likelihood;
}

/** What {@link autoencoder} returns. */
export interface Autoencoder extends Model<DataBatch>, Encodes, Decodes, Reconstructs {
  readonly networks: { readonly encoder: tf.LayersModel; readonly decoder: tf.LayersModel };
  readonly loss: ReconstructionLoss | Likelihood;
}

/**
 * Autoencoder: an encoder that squeezes data through a code and a decoder that restores it. For dimensionality reduction,
 * features and anomaly scores; it says nothing about which codes are likely, so it is no generator: see `vae` for that.
 *
 * Minimises the reconstruction error L(x, g(f(x))) with f the encoder and g the decoder. With linear networks and mean squared
 * error the code spans the subspace of principal component analysis.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`.
 *
 * **Units**: those of `loss`; nats per example for a likelihood.
 *
 * **Source**: Hinton and Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", 2006,
 * https://doi.org/10.1126/science.1127647; Goodfellow, Bengio and Courville, "Deep Learning", 2016, equation 14.1.
 *
 * @throws ShapeError when encoder, decoder and loss do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { autoencoder } from "@latentkit/autoencoders";
 * import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = autoencoder({
 *   encoder: mlpEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 * });
 * ```
 */
export function autoencoder(options: AutoencoderOptions): Autoencoder {
  const { encoder, decoder, loss = meanSquaredError } = options;
  check("autoencoder").known(options, ["encoder", "decoder", "loss"]);
  const likelihood = typeof loss === "function" ? undefined : loss;
  const { dataShape, latentDim } = checkEncoderDecoder("autoencoder", encoder, decoder, {
    encoderOutputs: ["code"],
    parametersPerValue: likelihood?.parametersPerValue ?? 1,
    reason: likelihood === undefined ? "reconstruction" : `${likelihood.name} likelihood`,
  });

  const encode = (x: tf.Tensor): tf.Tensor2D => {
    checkShape("autoencoder", "x", x.shape, dataShape);
    return apply<tf.Tensor2D>(encoder, x);
  };
  const decode = (z: tf.Tensor): tf.Tensor => {
    checkShape("autoencoder", "z", z.shape, [null, latentDim]);
    const output = apply(decoder, z);
    return likelihood?.mean(output) ?? output;
  };

  return {
    networks: { encoder, decoder },
    loss,
    latentDim,
    objectives: [
      {
        name: "autoencoder",
        updates: [encoder, decoder],
        loss({ x }, step) {
          const output = apply(decoder, apply(encoder, x, step), step);
          const error =
            typeof loss === "function" ? loss(x, output) : tf.mean<tf.Scalar>(loss.negativeLogLikelihood(x, output));
          return { total: error, parts: { reconstruction: error } };
        },
      },
    ],
    encode: (x) => tf.tidy(() => encode(x)),
    decode: (z) => tf.tidy(() => decode(z)),
    reconstruct: (x) => tf.tidy(() => decode(encode(x))),
    checkBatch: ({ x }) => checkShape("autoencoder", "batch.x", x.shape, dataShape),
    dispose: () => disposeNetworks([encoder, decoder]),
  };
}
