import * as tf from "@tensorflow/tfjs";
import { check } from "../check.js";
import { checkRandom } from "../random/check-random.js";
import type { RandomSource } from "../random/random-source.js";
import { valueAt } from "../schedules/index.js";
import type { StepContext } from "../types/model.js";

/**
 * The context in which a loss is computed eagerly.
 *
 * @param random - Where the loss draws its noise.
 * @param update - Number of the update that schedules are read at. Default 0.
 * @param training - Default false: dropout off, moving statistics used.
 */
export function stepContext(random: RandomSource, update = 0, training = false): StepContext {
  checkRandom("stepContext", random);
  check("stepContext").integer("update", update, { min: 0 });
  check("stepContext").that("training", training, typeof training === "boolean", "true or false");
  return { random, training, schedule: (value) => tf.scalar(valueAt(value, update), "float32") };
}
