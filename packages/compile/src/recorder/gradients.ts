import * as tf from "@tensorflow/tfjs";

/** A gradient that a step computes with respect to a variable. */
export interface StepGradient {
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
}

/**
 * Runs `body` and tells of every gradient with respect to a variable when it is known, before an optimiser uses it. The
 * tensors are the step's: whoever wants to keep one clones it.
 */
export function watchGradients<T>(tell: (found: StepGradient) => void, body: () => T): T {
  const engine = tf.engine();
  const { gradients } = engine;
  engine.gradients = function watchedGradients(this: typeof engine, f, xs, dy, allowNoGradients) {
    const result = gradients.call(this, f, xs, dy, allowNoGradients);
    xs.forEach((x, i) => {
      const gradient = result.grads[i];
      if (x instanceof tf.Variable && gradient != null) tell({ variable: x, gradient });
    });
    return result;
  } as typeof engine.gradients;
  try {
    return body();
  } finally {
    // Back to the method of the class.
    delete (engine as { gradients?: unknown }).gradients;
  }
}
