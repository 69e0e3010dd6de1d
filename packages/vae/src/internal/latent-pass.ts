import type {
  BoundsLikelihood,
  GivenLike,
  Posterior,
  PosteriorDraw,
  Prior,
  RandomSource,
  StepContext,
} from "@latentkit/core";
import { check, checkRandom } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { drawnKl, importanceWeights } from "./bounds.js";

/** One pass of a batch through the model, as losses use it. */
export interface LatentPass {
  /** The encoder's outputs. */
  readonly outputs: readonly tf.Tensor2D[];
  /** p(z) as it is in this step. */
  readonly prior: Prior;
  /** Draws codes, one an example or `count`. */
  draw(count?: number): PosteriorDraw;
  /** What the decoder says of data of codes `[rows, latentDim]`, each example's codes in a row: the likelihood's parameters. */
  parameters(z: tf.Tensor): tf.Tensor;
  /** −log p(x|z) of codes `[rows, latentDim]`, each example's codes in a row: `[rows]`, in nats. */
  reconstruction(z: tf.Tensor): tf.Tensor1D;
  /** KL(q(z|x) ‖ p) by dimension `[batch, latentDim]` where it is closed; of the draw, `[batch, 1]`, where it is not. */
  kl(draw: PosteriorDraw): tf.Tensor2D;
  /** `log p(x|z) + log p(z) − log q(z|x)` of `count` draws: `[batch, count]`. */
  logImportanceWeights(count: number): tf.Tensor2D;
}

/**
 * Moves codes that q(z|x) drew, told U(z) = −log p(x, z) of codes `[rows, latentDim]`, each example's in a row. The log density that it
 * gives makes log p(x, z) − log q the log of an importance weight.
 */
export type Refine = (
  drawn: PosteriorDraw,
  random: RandomSource,
  potential: (z: tf.Tensor) => tf.Tensor,
) => PosteriorDraw;

/** What a pass is made of, once the encoder has seen the batch. */
export interface PassParts {
  /** The encoder's outputs. */
  readonly outputs: readonly tf.Tensor2D[];
  readonly posterior: Posterior;
  readonly prior: Prior;
  readonly random: RandomSource;
  /** Examples in the batch. */
  readonly batch: number;
  readonly step?: StepContext | undefined;
  /** What becomes of draws. Default nothing. */
  readonly refine?: Refine | undefined;
  /** −log p(x|z) of codes `[rows, latentDim]`, each example's in a row. */
  reconstruction(z: tf.Tensor): tf.Tensor1D;
}

/** A pass of a batch for any p(x|z): draws, divergence, importance weights. */
export function latentPass(parts: PassParts): Omit<LatentPass, "parameters"> {
  const { outputs, posterior, prior, random, batch, step, refine, reconstruction } = parts;
  const potential = (z: tf.Tensor): tf.Tensor => tf.sub(reconstruction(z), prior.logDensity(z));
  const draw: LatentPass["draw"] = (count) => {
    const drawn = posterior.draw(outputs, random, count, step);
    return refine === undefined ? drawn : refine(drawn, random, potential);
  };
  return {
    outputs,
    prior,
    draw,
    reconstruction,
    kl: (drawn) => {
      if (refine !== undefined) return drawnKl(drawn, prior); // no longer the posterior's draws
      return drawn.kl?.(prior) ?? posterior.kl?.(outputs, prior) ?? drawnKl(drawn, prior);
    },
    logImportanceWeights: (count) => importanceWeights({ draw, reconstruction, prior, batch }, count),
  };
}

/** The bounds of a model whose passes these are. */
export function boundsOf(
  owner: string,
  through: (x: tf.Tensor, random: RandomSource, asked: GivenLike | undefined) => Omit<LatentPass, "parameters">,
): Pick<BoundsLikelihood, "elbo" | "logImportanceWeights"> {
  return {
    elbo(x, random, asked) {
      checkRandom(`${owner}.elbo`, random);
      return tf.tidy(() => {
        const pass = through(x, random, asked);
        const drawn = pass.draw();
        const reconstruction = pass.reconstruction(drawn.z);
        const kl = tf.sum(pass.kl(drawn), 1) as tf.Tensor1D;
        return { elbo: tf.neg(tf.add(reconstruction, kl)) as tf.Tensor1D, reconstruction, kl };
      });
    },
    logImportanceWeights(x, count, random, asked) {
      check(`${owner}.logImportanceWeights`).integer("count", count, { min: 1 });
      checkRandom(`${owner}.logImportanceWeights`, random);
      return tf.tidy(() => through(x, random, asked).logImportanceWeights(count));
    },
  };
}
