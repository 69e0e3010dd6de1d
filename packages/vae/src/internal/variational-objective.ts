import type { ConditionedBatch, Objective, Schedule, StepContext } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import type { LatentPass } from "../latent-variable-model.js";

/** How the bound is weighted. */
export interface BoundWeights {
  readonly beta: number | Schedule;
  readonly freeBits: number;
  /** Sizes of the levels of a code, the lowest first: their divergences are logged each by itself. */
  readonly sizes?: readonly number[];
}

/** What the objective asks of a model. */
export interface VariationalBase {
  readonly updates: readonly tf.LayersModel[];
  pass(batch: ConditionedBatch, step: StepContext): Pick<LatentPass, "draw" | "reconstruction" | "kl">;
}

/** −E_q[log p(x|z)] + β·KL, averaged over the batch, with one draw an example: the objective of a VAE. */
export function variationalObjective(
  name: string,
  { pass, updates }: VariationalBase,
  { beta, freeBits, sizes }: BoundWeights,
): Objective<ConditionedBatch> {
  return {
    name,
    updates,
    loss(batch, step) {
      const passed = pass(batch, step);
      const drawn = passed.draw();
      const reconstruction = tf.mean<tf.Scalar>(passed.reconstruction(drawn.z));
      const perDimension = tf.mean(passed.kl(drawn), 0); // [latentDim]
      const kl = tf.sum<tf.Scalar>(perDimension);
      // A dimension whose divergence is below the free nats is not pushed further down: Kingma et al. 2016, equation 15.
      const charged = freeBits > 0 ? tf.sum<tf.Scalar>(tf.maximum(perDimension, freeBits)) : kl;
      const total = tf.add<tf.Scalar>(reconstruction, tf.mul(step.schedule(beta), charged));
      return { total, parts: { reconstruction, kl, ...(sizes && byLevel(perDimension, sizes)) } };
    },
  };
}

/** The divergence of each level: `kl1`, `kl2`, …, the lowest first. */
function byLevel(perDimension: tf.Tensor, sizes: readonly number[]): Record<string, tf.Scalar> {
  const levels = tf.split(perDimension, [...sizes]);
  return Object.fromEntries(levels.map((level, i) => [`kl${i + 1}`, tf.sum<tf.Scalar>(level)]));
}
