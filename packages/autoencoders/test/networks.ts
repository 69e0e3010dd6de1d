import { type DataBatch, random } from "@latentkit/core";
import { type ActivationKind, mlpDecoder, mlpEncoder } from "@latentkit/layers";
import type * as tf from "@tensorflow/tfjs";

/** Shape of one example of these tests. */
export const inputShape: readonly number[] = [4, 4, 1];

/** A small encoder and decoder. */
export function smallNetworks(
  options: { readonly hiddenUnits?: readonly number[]; readonly outputActivation?: ActivationKind } = {},
): { encoder: tf.LayersModel; decoder: tf.LayersModel } {
  const { hiddenUnits = [8], outputActivation = "linear" } = options;
  return {
    encoder: mlpEncoder({ inputShape, hiddenUnits, latentDim: 3, activation: "tanh", outputActivation, seed: 1 }),
    decoder: mlpDecoder({ latentDim: 3, hiddenUnits: [8], outputShape: inputShape, seed: 2 }),
  };
}

/** Four uniform examples. */
export function smallBatch(): DataBatch {
  return { x: random(5).uniform([4, ...inputShape]) };
}
