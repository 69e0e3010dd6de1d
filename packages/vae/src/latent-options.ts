import type { Posterior, Prior } from "@latentkit/core";
import { network, type Option } from "@latentkit/core/authoring";
import type { Likelihood } from "@latentkit/losses";
import { likelihoodOption, posteriorOption, priorOption } from "@latentkit/losses/authoring";
import type * as tf from "@tensorflow/tfjs";

/** What every latent variable model is made of; its objective has options of its own. */
export interface LatentOptions {
  /** q(z|x): `[batch, …]` → the posterior's outputs, `[batch, latentDim]` each: mean μ and log variance γ = log σ² for a Gaussian. */
  readonly encoder: tf.LayersModel;
  /** p(x|z): `[batch, latentDim]` → the likelihood's parameters, data-shaped with `parametersPerValue` on the last axis. */
  readonly decoder: tf.LayersModel;
  /** How a decoder's output scores data. Default `bernoulli()`, on logits: for values in [0, 1], such as grey images. */
  readonly likelihood?: Likelihood;
  /** p(z). Default `standardNormal()`; its divergence is estimated by one draw where the pair has no closed form. */
  readonly prior?: Prior;
  /** What the encoder's outputs say of codes. Default `gaussianPosterior()`. */
  readonly posterior?: Posterior;
}

/** The specification of {@link LatentOptions}: what `latentVariableModel` takes beside its owner and conditions. */
export const latentOptions: {
  readonly encoder: Option<tf.LayersModel, "required">;
  readonly decoder: Option<tf.LayersModel, "required">;
  readonly likelihood: Option<Likelihood, "defaulted">;
  readonly prior: Option<Prior, "defaulted">;
  readonly posterior: Option<Posterior, "defaulted">;
} = {
  encoder: network(),
  decoder: network(),
  likelihood: likelihoodOption(),
  prior: priorOption(),
  posterior: posteriorOption(),
};
