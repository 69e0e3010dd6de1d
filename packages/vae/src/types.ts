import type {
  BoundsLikelihood,
  DataBatch,
  Decodes,
  Encodes,
  EncodesDistribution,
  Json,
  Model,
  RandomSource,
  Reconstructs,
  Samples,
} from "@latentkit/core";
import type { Likelihood } from "@latentkit/losses";
import type * as tf from "@tensorflow/tfjs";

/** What a sample shows. */
export interface VaeSampleOptions {
  /**
   * `mean`, unless given, shows the decoder's mean, which is what most pictures in papers are; `distribution` draws from
   * p(x|z) as well, which is what a draw from the model is.
   */
  readonly from?: "mean" | "distribution";
}

/**
 * A latent variable model p(x|z)·p(z) with a standard normal prior and a diagonal Gaussian q(z|x): what the factories of this
 * package return. Codes are the means of q(z|x); decoded data are the means of p(x|z).
 */
export interface Vae
  extends Model<DataBatch>,
    Encodes,
    Decodes,
    Reconstructs,
    Samples,
    EncodesDistribution,
    BoundsLikelihood {
  readonly networks: { readonly encoder: tf.LayersModel; readonly decoder: tf.LayersModel };
  /** p(x|z). */
  readonly likelihood: Likelihood;
  /** The options that `saveVae` writes beside the networks. */
  readonly config: Json;
  sample(count: number, random: RandomSource, options?: VaeSampleOptions): tf.Tensor;
}
