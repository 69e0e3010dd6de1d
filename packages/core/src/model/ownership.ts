import type * as tf from "@tensorflow/tfjs";

/** How many models hold a variable. A variable that none holds is its maker's to free. */
const holders = new WeakMap<tf.Variable, number>();

/**
 * Networks may be shared: a classifier on an autoencoder's encoder, two games on one pair of players. Every model holds the
 * variables it is made of, and the last one to let go frees them.
 *
 * @returns Lets go, once; more calls do nothing.
 */
export function hold(variables: readonly tf.Variable[]): () => void {
  const held = new Set(variables);
  for (const variable of held) holders.set(variable, (holders.get(variable) ?? 0) + 1);
  return () => {
    for (const variable of held) {
      const left = (holders.get(variable) ?? 1) - 1;
      holders.set(variable, left);
      if (left === 0 && !variable.isDisposed) variable.dispose();
    }
    held.clear();
  };
}
