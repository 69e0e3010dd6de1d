import type {
  Batch,
  BoundsLikelihood,
  ConditionedBatch,
  Decodes,
  Encodes,
  EncodesDistribution,
  Model,
  Prior,
  Reconstructs,
  SamplesAtOnce,
  SamplesFromCodes,
} from "@latentkit/core";
import type { Likelihood } from "@latentkit/losses";
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
