import * as tf from "@tensorflow/tfjs";
import { type Random, random as randomStream } from "./random/random.js";
import { withStep } from "./step/ambient.js";
import { stepContext } from "./step/step-context.js";
import type { Compile, InferenceFunction } from "./types/executor.js";
import type { Batch } from "./types/model.js";

/** Computes a function once with the backend in use; the caller disposes the results. */
export function runEagerly(
  fn: InferenceFunction,
  batch: Batch,
  random: Random = randomStream(0),
  update = 0,
): Readonly<Record<string, tf.Tensor>> {
  return tf.tidy(() => {
    const step = stepContext(random, update);
    const results = withStep(step, () => fn(batch, step));
    // Clones, because a result may be an input, or two results one tensor.
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, tensor.clone()]));
  });
}

/** The eager way to make a function ready: it is called each time. */
export const compileEagerly: Compile = (fn) => ({
  run: async (batch, random, update) => runEagerly(fn, batch, random, update),
  dispose: () => undefined,
});
