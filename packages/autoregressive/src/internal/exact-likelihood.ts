import type { GivenLike } from "@latentkit/core";
import { checkShape, sizeOf } from "@latentkit/core/authoring";
import type { Likelihood } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import type { AutoregressiveModel } from "../types.js";

/** log p(x) of a model, in nats and in bits a dimension, behind a check of x. */
export function exactLikelihood(
  owner: string,
  dataShape: readonly (number | null)[],
  likelihood: Likelihood,
  score: (x: tf.Tensor, given?: GivenLike) => tf.Tensor1D,
): Pick<AutoregressiveModel, "likelihood" | "logLikelihood" | "bitsPerDimension"> {
  const size = sizeOf(dataShape.slice(1) as number[]);
  const logLikelihood = (x: tf.Tensor, given?: GivenLike): tf.Tensor1D => {
    checkShape(owner, "x", x.shape, dataShape);
    return tf.tidy(() => score(x, given));
  };
  return {
    likelihood,
    logLikelihood,
    bitsPerDimension: (x, given) => tf.tidy(() => tf.div(logLikelihood(x, given), -size * Math.LN2)),
  };
}
