import { trainableVariables } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** Cuts every trainable weight of a network to [−limit, limit]. */
export function clipWeights(network: tf.LayersModel, limit: number): void {
  tf.tidy(() => {
    for (const variable of trainableVariables([network])) variable.assign(tf.clipByValue(variable, -limit, limit));
  });
}
