import type { Batch, Decodes, Encodes, Model, Reconstructs } from "@latentkit/core";
import type { Likelihood, ReconstructionLoss } from "@latentkit/losses";
import type * as tf from "@tensorflow/tfjs";

/** What every autoencoder of the package is built from. */
export interface AutoencoderOptions {
  /** `[batch, …]` → the code, `[batch, latentDim]`. */
  readonly encoder: tf.LayersModel;
  /** `[batch, latentDim]` → the reconstruction, or the parameters of the likelihood. */
  readonly decoder: tf.LayersModel;
  /** A function of data and reconstruction, or a likelihood, whose negative logarithm is minimised. Default `meanSquaredError`. */
  readonly loss?: ReconstructionLoss | Likelihood;
}

/** An encoder and a decoder that are trained together: what the factories of this package return. */
export interface Autoencoder extends Model<Batch & { readonly x: tf.Tensor }>, Encodes, Decodes, Reconstructs {
  readonly networks: { readonly encoder: tf.LayersModel; readonly decoder: tf.LayersModel };
  /** What the reconstruction is judged by. */
  readonly loss: ReconstructionLoss | Likelihood;
}
