import type { Schedule } from "@latentkit/core";
import { number, resolveOptions, schedule as scheduled, scheduleToJSON, valueAt } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Optimizer } from "./optimizer.js";

/** Options of {@link adam}. */
export interface AdamOptions {
  /** Default 1e-3. A schedule is read at the number of the update, from 0. */
  readonly learningRate?: number | Schedule;
  /** Decay of the gradient's mean. Default 0.9. GANs use 0.5 or 0. */
  readonly beta1?: number;
  /** Decay of the squared gradient's mean. Default 0.999. */
  readonly beta2?: number;
  /** Added to the denominator. Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled weight decay per update, times the learning rate (AdamW). Default 0. */
  readonly weightDecay?: number;
}

const SPECIFICATION = {
  learningRate: scheduled({ min: 0, default: 1e-3 }),
  beta1: number({ min: 0, below: 1, default: 0.9 }),
  beta2: number({ min: 0, below: 1, default: 0.999 }),
  epsilon: number({ above: 0, default: 1e-8 }),
  weightDecay: number({ min: 0, default: 0 }),
};

/**
 * Adam: steps of the gradient's running mean divided by the root of its running square.
 *
 * With t the number of the update from 1: m ← m + (1−β₁)(g − m), v ← v + (1−β₂)(g² − v),
 * w ← w − α · m̂ / (√v̂ + ε), where m̂ = m / (1−β₁ᵗ) and v̂ = v / (1−β₂ᵗ). Both corrections are folded into the step size
 * and ε, which saves two passes over the weights and changes nothing else.
 *
 * **Source**: Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, algorithm 1,
 * https://arxiv.org/abs/1412.6980; weight decay: Loshchilov and Hutter, 2019, https://arxiv.org/abs/1711.05101.
 *
 * @param options - A number is the learning rate.
 * @throws ConfigError when a rate is negative or a decay is outside [0, 1).
 * @example
 * ```ts
 * import { adam } from "@latentkit/training";
 * const optimizer = adam({ learningRate: 2e-4, beta1: 0.5 });
 * ```
 */
export function adam(options: AdamOptions | number = {}): Optimizer {
  const given = typeof options === "number" ? { learningRate: options } : options;
  const { learningRate, beta1, beta2, epsilon, weightDecay } = resolveOptions("adam", SPECIFICATION, given);

  const rate: Schedule = (update) => valueAt(learningRate, update);
  const correction2: Schedule = (update) => Math.sqrt(1 - beta2 ** (update + 1));
  const stepSize: Schedule = (update) => (rate(update) * correction2(update)) / (1 - beta1 ** (update + 1));
  const scaledEpsilon: Schedule = (update) => epsilon * correction2(update);

  return {
    name: "adam",
    slots: ["mean", "square"],
    toJSON: () => ({
      name: "adam",
      learningRate: typeof learningRate === "number" ? learningRate : (scheduleToJSON(learningRate) ?? "schedule"),
      ...{ beta1, beta2, epsilon, weightDecay },
    }),
    update({ parameters, gradients, slots }, schedule) {
      const [alpha, eps] = [schedule(stepSize), schedule(scaledEpsilon)];
      const [gain1, gain2] = [tf.scalar(1 - beta1), tf.scalar(1 - beta2)];
      const shrink = weightDecay > 0 ? schedule((update) => 1 - rate(update) * weightDecay) : undefined;
      const mean = slots.mean!.map((m, i) => tf.add(m, tf.mul(gain1, tf.sub(gradients[i]!, m))));
      const square = slots.square!.map((v, i) => tf.add(v, tf.mul(gain2, tf.sub(tf.square(gradients[i]!), v))));
      const moved = parameters.map((parameter, i) => {
        const step = tf.mul(alpha, tf.div(mean[i]!, tf.add(tf.sqrt(square[i]!), eps)));
        return tf.sub(shrink ? tf.mul(shrink, parameter) : parameter, step);
      });
      return { parameters: moved, slots: { mean, square } };
    },
  };
}
