import type { Schedule } from "@latentkit/core";
import { number, resolveOptions, schedule as scheduled, scheduleToJSON } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Optimizer } from "./optimizer.js";

/** Options of {@link rmsprop}. */
export interface RmspropOptions {
  /** Default 1e-3; WGAN's paper uses 5e-5. A schedule is read at the number of the update, from 0. */
  readonly learningRate?: number | Schedule;
  /** Decay of the squared gradient's mean. Default 0.99. */
  readonly decay?: number;
  /** Added to the denominator. Default 1e-8. */
  readonly epsilon?: number;
}

const SPECIFICATION = {
  learningRate: scheduled({ min: 0, default: 1e-3 }),
  decay: number({ min: 0, below: 1, default: 0.99 }),
  epsilon: number({ above: 0, default: 1e-8 }),
};

/**
 * RMSProp: steps of the gradient divided by the root of its running square, v ← ρ·v + (1−ρ)·g²,
 * w ← w − α · g / (√v + ε).
 *
 * **Source**: Tieleman and Hinton, "Neural Networks for Machine Learning", lecture 6.5, 2012.
 *
 * @param options - A number is the learning rate.
 * @throws ConfigError when a rate is negative or the decay is outside [0, 1).
 * @example
 * ```ts
 * import { rmsprop } from "@latentkit/training";
 * const optimizer = rmsprop({ learningRate: 5e-5 });
 * ```
 */
export function rmsprop(options: RmspropOptions | number = {}): Optimizer {
  const given = typeof options === "number" ? { learningRate: options } : options;
  const { learningRate, decay, epsilon } = resolveOptions("rmsprop", SPECIFICATION, given);

  return {
    name: "rmsprop",
    slots: ["square"],
    toJSON: () => ({
      name: "rmsprop",
      learningRate: typeof learningRate === "number" ? learningRate : (scheduleToJSON(learningRate) ?? "schedule"),
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
