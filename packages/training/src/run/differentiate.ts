import { ConfigError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/**
 * A scalar function and its gradients with respect to variables, as `tf.variableGrads` gives them. Where that fails — no room for a
 * tensor, shapes that do not fit — it leaves what it kept for the way back; here it is freed. Call it within `tf.tidy`.
 *
 * @param what - The function, for messages: `train: the loss of 'vae'`.
 * @throws ConfigError when the function depends on none of the variables; what `f` throws.
 */
export function differentiate(
  what: string,
  f: () => tf.Scalar,
  variables: tf.Variable[],
): ReturnType<typeof tf.variableGrads> {
  const { state } = tf.engine();
  const outermost = state.gradientDepth === 0;
  try {
    return tf.variableGrads(f, variables);
  } catch (cause) {
    if (outermost) {
      for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
      state.activeTape = [];
    }
    if (!(cause instanceof Error) || !cause.message.startsWith("Cannot find a connection")) throw cause;
    throw new ConfigError(
      `${what} does not depend on any of the weights that it is to move; use the objective's networks in its loss, without stopGradient.`,
      { cause },
    );
  }
}
