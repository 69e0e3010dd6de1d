import type { Schedule } from "@latentkit/core";
import { number, resolveOptions, schedule as scheduled, scheduleToJSON } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Optimizer, UpdatedGroup } from "./optimizer.js";

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** Default 1e-2. A schedule is read at the number of the update, from 0. */
  readonly learningRate?: number | Schedule;
  /** Share of the last step that is kept. Default 0: none. */
  readonly momentum?: number;
}

const SPECIFICATION = {
  learningRate: scheduled({ min: 0, default: 1e-2 }),
  momentum: number({ min: 0, below: 1, default: 0 }),
};

/**
 * Stochastic gradient descent, with momentum when asked: u ← μ·u + g, w ← w − α·u.
 *
 * **Source**: Robbins and Monro 1951; momentum: Polyak 1964, as in Sutskever et al., "On the importance of initialization
 * and momentum in deep learning", 2013.
 *
 * @param options - A number is the learning rate.
 * @throws ConfigError when the rate is negative or the momentum is outside [0, 1).
 * @example
 * ```ts
 * import { sgd } from "@latentkit/training";
 * const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
 * ```
 */
export function sgd(options: SgdOptions | number = {}): Optimizer {
  const given = typeof options === "number" ? { learningRate: options } : options;
  const { learningRate, momentum } = resolveOptions("sgd", SPECIFICATION, given);

  return {
    name: "sgd",
    slots: momentum > 0 ? ["velocity"] : [],
    toJSON: () => ({
      name: "sgd",
      learningRate: typeof learningRate === "number" ? learningRate : (scheduleToJSON(learningRate) ?? "schedule"),
      momentum,
    }),
    update({ parameters, gradients, slots }, schedule) {
      const alpha = schedule(learningRate);
      const kept = tf.scalar(momentum);
      const velocity = slots.velocity?.map((u, i) => tf.add(tf.mul(kept, u), gradients[i]!));
      const directions = velocity ?? gradients;
      const moved = parameters.map((parameter, i) => tf.sub(parameter, tf.mul(alpha, directions[i]!)));
      const updated: UpdatedGroup["slots"] = velocity ? { velocity } : {};
      return { parameters: moved, slots: updated };
    },
  };
}
