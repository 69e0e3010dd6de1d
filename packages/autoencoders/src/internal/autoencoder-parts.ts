import type { GivenLike } from "@latentkit/core";
import {
  apply,
  checkEncoderDecoder,
  checkTensor,
  conditionInputs,
  type ModelParts,
  network,
  type Option,
  resolveOptions,
} from "@latentkit/core/authoring";
import type { Likelihood, ReconstructionLoss } from "@latentkit/losses";
import { reconstructionOption } from "@latentkit/losses/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Autoencoder, AutoencoderOptions } from "../types.js";

/** The options that all autoencoders share. */
export const autoencoderOptions: {
  readonly encoder: Option<tf.LayersModel, "required">;
  readonly decoder: Option<tf.LayersModel, "required">;
  readonly loss: Option<ReconstructionLoss | Likelihood, "defaulted">;
} = { encoder: network(), decoder: network(), loss: reconstructionOption() };

/** Refuses a loss before networks are made for it. */
export function checkLoss(owner: string, loss: AutoencoderOptions["loss"]): void {
  resolveOptions(owner, { loss: autoencoderOptions.loss }, { loss });
}

/** What the models of this family share, and the reconstruction error that each objective begins with. */
export interface AutoencoderBase {
  /** Everything but how the model is trained. */
  readonly model: Omit<ModelParts<Autoencoder>, "objectives">;
  /** The loss of a decoder's output, averaged over the batch. */
  error(x: tf.Tensor, output: tf.Tensor): tf.Scalar;
}

/**
 * Checks that the networks and the loss fit together, and builds the capabilities that follow from them.
 *
 * @param owner - The model's kind, for messages.
 * @param code - What becomes of the encoder's output before it is a code, such as dropping all but its largest values.
 */
export function autoencoderParts(
  owner: string,
  { encoder, decoder, loss }: Required<AutoencoderOptions>,
  code: (h: tf.Tensor2D) => tf.Tensor2D = (h) => h,
): AutoencoderBase {
  const likelihood = typeof loss === "function" ? undefined : loss;
  const { dataShape, latentDim } = checkEncoderDecoder(owner, encoder, decoder, {
    encoderOutputs: ["code"],
    parametersPerValue: likelihood?.parametersPerValue ?? 1,
    reason: likelihood === undefined ? "reconstruction" : `${likelihood.name} likelihood`,
  });

  const encode = (x: tf.Tensor, given?: GivenLike): tf.Tensor2D => {
    checkTensor(owner, "x", x, dataShape);
    conditionInputs(owner, undefined, given, x.shape[0]!);
    return code(apply<tf.Tensor2D>(encoder, x));
  };
  const decode = (z: tf.Tensor, given?: GivenLike): tf.Tensor => {
    checkTensor(owner, "z", z, [null, latentDim]);
    conditionInputs(owner, undefined, given, z.shape[0]!);
    const output = apply(decoder, z);
    return likelihood?.mean(output) ?? output;
  };

  return {
    error: (x, output) =>
      tf.mean<tf.Scalar>(typeof loss === "function" ? loss(x, output) : loss.negativeLogLikelihood(x, output)),
    model: {
      networks: { encoder, decoder },
      fields: { x: { shape: dataShape, ...(loss.support && { support: loss.support }) } },
      loss,
      latentDim,
      encode: (x, given) => tf.tidy(() => encode(x, given)),
      decode: (z, given) => tf.tidy(() => decode(z, given)),
      reconstruct: (x, given) => tf.tidy(() => decode(encode(x, given))),
    },
  };
}
