import { apply, checkEncoderDecoder, checkShape, disposeNetworks, type Json } from "@latentkit/core";
import { meanSquaredError } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import type { Autoencoder, AutoencoderOptions } from "../types.js";

/** What the models of this family share, and the reconstruction error that each objective begins with. */
export interface AutoencoderParts {
  /** Everything but how the model is trained. */
  readonly model: Omit<Autoencoder, "objectives">;
  /** The loss of a decoder's output, as one number for the batch. */
  error(x: tf.Tensor, output: tf.Tensor): tf.Scalar;
}

/**
 * Checks that the networks and the loss fit together, and builds the capabilities that follow from them.
 *
 * @param owner - The factory: named in errors, and in files as what builds the model again.
 * @param settings - Its options beside networks and loss, for files; null for a function.
 * @param code - What becomes of the encoder's output before it is a code, such as dropping all but its largest values.
 */
export function autoencoderModel(
  owner: string,
  { encoder, decoder, loss = meanSquaredError }: AutoencoderOptions,
  settings: Readonly<Record<string, Json>> = {},
  code: (h: tf.Tensor2D) => tf.Tensor2D = (h) => h,
): AutoencoderParts {
  const likelihood = typeof loss === "function" ? undefined : loss;
  const { dataShape, latentDim } = checkEncoderDecoder(owner, encoder, decoder, {
    encoderOutputs: ["code"],
    parametersPerValue: likelihood?.parametersPerValue ?? 1,
    reason: likelihood === undefined ? "reconstruction" : `${likelihood.name} likelihood`,
  });

  const encode = (x: tf.Tensor): tf.Tensor2D => {
    checkShape(owner, "x", x.shape, dataShape);
    return code(apply<tf.Tensor2D>(encoder, x));
  };
  const decode = (z: tf.Tensor): tf.Tensor => {
    checkShape(owner, "z", z.shape, [null, latentDim]);
    const output = apply(decoder, z);
    return likelihood?.mean(output) ?? output;
  };

  return {
    error: (x, output) =>
      typeof loss === "function" ? loss(x, output) : tf.mean<tf.Scalar>(loss.negativeLogLikelihood(x, output)),
    model: {
      networks: { encoder, decoder },
      loss,
      settings: { model: owner, options: settings },
      latentDim,
      encode: (x) => tf.tidy(() => encode(x)),
      decode: (z) => tf.tidy(() => decode(z)),
      reconstruct: (x) => tf.tidy(() => decode(encode(x))),
      checkBatch: ({ x }) => checkShape(owner, "batch.x", x.shape, dataShape),
      dispose: () => disposeNetworks([encoder, decoder]),
    },
  };
}
