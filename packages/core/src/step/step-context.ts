import * as tf from "@tensorflow/tfjs";
import type { RandomSource } from "../random/random-source.js";
import { valueAt } from "../schedules/index.js";
import type { StepContext } from "../types/model.js";

/**
 * The context in which a loss is computed eagerly.
 *
 * @param random - Where the loss draws its noise.
 * @param update - Number of the update that schedules are read at; 0 unless given.
 * @param training - False unless given: dropout off, moving statistics used.
 */
export function stepContext(random: RandomSource, update = 0, training = false): StepContext {
  return { random, training, schedule: (value) => tf.scalar(valueAt(value, update), "float32") };
}
