import { DivergenceError } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";

/**
 * Refuses weights, optimisers' memories and averages that are no longer finite.
 *
 * @param help - What to do, for the end of the message.
 * @throws DivergenceError that names the first of them.
 */
export async function checkWeights(
  variables: ReadonlyMap<string, tf.Variable>,
  step: number,
  help: string,
): Promise<void> {
  for (const [name, variable] of variables) {
    if (variable.dtype !== "float32") continue;
    checkWeight(name, (await variable.data()) as Float32Array, step, help);
  }
}

/** {@link checkWeights} for the values of one. */
export function checkWeight(name: string, values: ArrayLike<number>, step: number, help: string): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) continue;
    throw new DivergenceError(`train: the values of '${name}' are no longer finite at step ${step}. ${help}`);
  }
}
