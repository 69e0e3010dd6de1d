import type { Schedule } from "@latentkit/core";
import { defineValue, schedule, type ValueFactoryOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { ExampleView } from "./example-view.js";

/** Options of {@link instanceNoise}. */
export interface InstanceNoiseOptions {
  /** Standard deviation of the noise, in the units of the data; as a rule a schedule that falls to 0. */
  readonly deviation: number | Schedule;
}

/**
 * Adds Gaussian noise to what the discriminator sees, so that data and samples overlap and its gradient means something from
 * the first step on; let it fall to 0 during training.
 *
 * **Source**: Sønderby et al., "Amortised MAP Inference for Image Super-resolution", 2017, section 3.3.1,
 * https://arxiv.org/abs/1610.04490; Arjovsky and Bottou, "Towards Principled Methods for Training GANs", 2017.
 *
 * @throws ConfigError for a deviation < 0.
 * @example
 * ```ts
 * import { linearSchedule } from "@latentkit/core";
 * import { instanceNoise } from "@latentkit/gan";
 * const view = instanceNoise({ deviation: linearSchedule({ from: 0.1, to: 0, steps: 5000 }) });
 * ```
 */
export const instanceNoise: ValueFactoryOf<InstanceNoiseOptions, ExampleView> = defineValue(
  "instanceNoise",
  { deviation: schedule({ min: 0 }) },
  ({ deviation }): ExampleView =>
    (x, step) =>
      tf.tidy(() => tf.add(x, tf.mul(step.schedule(deviation), step.random.normal(x.shape)))),
);
