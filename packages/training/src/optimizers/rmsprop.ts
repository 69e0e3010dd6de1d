import { check, type Schedule } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import type { Optimizer } from "./optimizer.js";

/** Options of {@link rmsprop}. */
export interface RmspropOptions {
  /** Default 1e-3; WGAN's paper uses 5e-5. A schedule is read at the number of the update, from 0. */
  readonly learningRate?: number | Schedule;
  /** Decay of the squared gradient's mean; default 0.99. */
  readonly decay?: number;
  /** Added to the denominator; default 1e-8. */
  readonly epsilon?: number;
}

/**
 * RMSProp: steps of the gradient divided by the root of its running square, v ← ρ·v + (1−ρ)·g²,
 * w ← w − α · g / (√v + ε).
 *
 * **Source**: Tieleman and Hinton, "Neural Networks for Machine Learning", lecture 6.5, 2012.
 *
 * @throws ConfigError when a rate is negative or the decay is outside [0, 1).
 * @example
 * ```ts
 * import { rmsprop } from "@latentkit/training";
 * const optimizer = rmsprop({ learningRate: 5e-5 });
 * ```
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const { learningRate = 1e-3, decay = 0.99, epsilon = 1e-8 } = options;
  const checks = check("rmsprop");
  checks.known(options, ["learningRate", "decay", "epsilon"]);
  if (typeof learningRate === "number") checks.number("learningRate", learningRate, { min: 0 });
  checks.number("decay", decay, { min: 0, below: 1 });
  checks.number("epsilon", epsilon, { above: 0 });

  return {
    name: "rmsprop",
    slots: ["square"],
    toJSON: () => ({
      name: "rmsprop",
      learningRate: typeof learningRate === "number" ? learningRate : "schedule",
      ...{ decay, epsilon },
    }),
    update({ parameters, gradients, slots }, schedule) {
      const alpha = schedule(learningRate);
      const [gain, eps] = [tf.scalar(1 - decay), tf.scalar(epsilon)];
      const square = slots.square!.map((v, i) => tf.add(v, tf.mul(gain, tf.sub(tf.square(gradients[i]!), v))));
      const moved = parameters.map((parameter, i) =>
        tf.sub(parameter, tf.mul(alpha, tf.div(gradients[i]!, tf.add(tf.sqrt(square[i]!), eps)))),
      );
      return { parameters: moved, slots: { square } };
    },
  };
}
