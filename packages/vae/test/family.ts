import { random } from "@latentkit/core";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import type * as tf from "@tensorflow/tfjs";

/** Shape of the small pictures of {@link familyBatch}. */
export const familyShape = [4, 4, 1] as const;

/** Networks that every model of the family takes. */
export const familyNetworks = () => ({
  encoder: mlpGaussianEncoder({ inputShape: familyShape, hiddenUnits: [8], latentDim: 3, seed: 1 }),
  decoder: mlpDecoder({ latentDim: 3, hiddenUnits: [8], outputShape: familyShape, seed: 2 }),
});

/** Four examples. */
export const familyBatch = (): { x: tf.Tensor } => ({ x: random(5).uniform([4, ...familyShape]) });

/** A decoder that the encoder of {@link familyNetworks} does not fit. */
export const otherDecoder = () => mlpDecoder({ latentDim: 2, hiddenUnits: [8], outputShape: familyShape });

/** A posterior of the user's own, which tells no density. */
export const silentPosterior = {
  name: "mine",
  outputs: ["mean", "log variance"],
  code: ([mean]: readonly tf.Tensor2D[]) => mean!,
  draw: ([mean]: readonly tf.Tensor2D[]) => ({ z: mean!, logDensity: () => mean! }),
  toJSON: () => undefined,
};
