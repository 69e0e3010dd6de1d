import type { Batch, Objective, Random } from "@latentkit/core";
import { stepContext, withStep } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Averages } from "./averages.js";

/** Lets an objective set by its first batch what it sets so; averages of weights begin with what it has set. */
export function beginWith<B extends Batch>(
  objective: Objective<B>,
  batch: B,
  random: Random,
  averages: Averages | undefined,
): void {
  if (objective.first === undefined) return;
  const step = stepContext(random.stream("first").stream(objective.name).at(0), 0, true);
  tf.tidy(() => withStep(step, () => objective.first!(batch, step)));
  averages?.restart();
}
