import type {
  Batch,
  BoundsLikelihood,
  ConditionedBatch,
  DataBatch,
  Decodes,
  DecodesCodes,
  Encodes,
  EncodesCodes,
  EncodesDistribution,
  Model,
  Prior,
  Reconstructs,
  SamplesAtOnce,
  SamplesFromCodes,
} from "@latentkit/core";
import type { Codebook, Likelihood } from "@latentkit/losses";
import type * as tf from "@tensorflow/tfjs";

/**
 * A latent variable model p(x|z)·p(z) with an inferred q(z|x): what the factories of this package return. Codes are the posterior's
 * own, such as the means of q(z|x); decoded data are the means of p(x|z).
 */
export interface LatentVariableModel<B extends Batch = ConditionedBatch>
  extends Model<B>,
    Encodes,
    Decodes,
    Reconstructs,
    SamplesAtOnce,
    SamplesFromCodes,
    EncodesDistribution,
    BoundsLikelihood {
  readonly networks: { readonly encoder: tf.LayersModel; readonly decoder: tf.LayersModel };
  /** p(x|z). */
  readonly likelihood: Likelihood;
  /** p(z). */
  readonly prior: Prior;
  /** Bounds of the likelihood with another p(z). */
  boundsUnder(prior: Prior): Pick<BoundsLikelihood, "elbo" | "logImportanceWeights">;
  /** Another p(z) as it is in this model: one that is made of an encoder is made of this model's. */
  bindPrior(prior: Prior): Prior;
}

/** A {@link LatentVariableModel} of one kind: what the factory of that name returns. */
export interface LatentVariableModelOf<K extends string> extends LatentVariableModel {
  readonly kind: K;
}

/** What {@link vae} returns. */
export interface Vae extends LatentVariableModel {
  readonly kind: "vae";
}

/** What {@link iwae} returns. */
export interface Iwae extends LatentVariableModel {
  readonly kind: "iwae";
}

/** What {@link conditionalVae} returns. */
export interface ConditionalVae extends LatentVariableModel {
  readonly kind: "conditionalVae";
}

/**
 * A model whose codes are whole numbers, places of a codebook. `encode` gives the vectors that they stand for, all places in a row;
 * bounds of the likelihood take all codes for equally likely. It draws nothing until a prior over its codes is learnt.
 */
export interface CodeModel
  extends Model<DataBatch>,
    Encodes,
    Decodes,
    EncodesCodes,
    DecodesCodes,
    Reconstructs,
    SamplesFromCodes,
    BoundsLikelihood {
  readonly given?: never;
  /** p(x|z). */
  readonly likelihood: Likelihood;
  /** Its codebooks, from the coarsest on. */
  readonly codebooks: readonly Codebook[];
}

/** What {@link vqVae} returns. */
export interface VqVae extends CodeModel {
  readonly kind: "vqVae";
}

/** What {@link vqVae2} returns: code numbers are those of the upper level, then those of the lower one, `[batch, count, 1]`. */
export interface VqVae2 extends CodeModel {
  readonly kind: "vqVae2";
}
