import { type Batch, ConfigError, type Model } from "@latentkit/core";
import { trainableVariables } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";

const claimed = new WeakMap<tf.Variable, string>();

/**
 * Marks the weights that a run moves as its own until the function that it returns is called.
 *
 * @throws ConfigError when another run is moving one of them: two at once would each undo what the other does.
 */
export function claim<B extends Batch>(model: Model<B>): () => void {
  const variables = new Set([
    ...trainableVariables(model.objectives.flatMap(({ updates }) => updates)),
    ...Object.values(model.state ?? {}),
  ]);
  for (const variable of variables) {
    const kind = claimed.get(variable);
    if (kind !== undefined) {
      throw new ConfigError(
        `train: expected a model that no other run trains, received ${model.kind}, whose weight ${variable.name} is being trained as ${kind}; await that run, or make a second model.`,
      );
    }
  }
  for (const variable of variables) claimed.set(variable, model.kind);
  return () => {
    for (const variable of variables) claimed.delete(variable);
  };
}
