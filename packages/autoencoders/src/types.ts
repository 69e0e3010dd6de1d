import type { DataBatch, Decodes, Encodes, Json, Model, Reconstructs } from "@latentkit/core";
import type { Likelihood } from "@latentkit/losses";
import type * as tf from "@tensorflow/tfjs";

/** How far a reconstruction is from the data, as one number for the batch: `meanSquaredError`, or a function of your own. */
export type ReconstructionLoss = (x: tf.Tensor, reconstruction: tf.Tensor) => tf.Scalar;

/** What every autoencoder of the package is built from. */
export interface AutoencoderOptions {
  /** `[batch, …]` → the code, `[batch, latentDim]`. */
  readonly encoder: tf.LayersModel;
  /** `[batch, latentDim]` → the reconstruction, or the parameters of the likelihood. */
  readonly decoder: tf.LayersModel;
  /** A function of data and reconstruction, or a likelihood, whose negative logarithm is minimised. Default `meanSquaredError`. */
  readonly loss?: ReconstructionLoss | Likelihood;
}

/** What a file holds of a model beside its networks and loss: the factory's name and its options, null for what JSON has no form of. */
export interface AutoencoderSettings {
  /** Name of the factory that builds the model. */
  readonly model: string;
  /** Options of that factory. */
  readonly options: Readonly<Record<string, Json>>;
}

/** An encoder and a decoder that are trained together: what the factories of this package return. */
export interface Autoencoder extends Model<DataBatch>, Encodes, Decodes, Reconstructs {
  readonly networks: { readonly encoder: tf.LayersModel; readonly decoder: tf.LayersModel };
  /** What the reconstruction is judged by. */
  readonly loss: ReconstructionLoss | Likelihood;
  /** What `saveAutoencoder` writes of the model beside its networks and loss. */
  readonly settings: AutoencoderSettings;
}
