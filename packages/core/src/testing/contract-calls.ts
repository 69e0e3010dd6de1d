import * as tf from "@tensorflow/tfjs";
import { givenOf } from "../model/conditions.js";
import { random } from "../random/random.js";
import { withStep } from "../step/ambient.js";
import { stepContext } from "../step/step-context.js";
import type { Decodes, Encodes, Reconstructs, SampleOptions, Samples } from "../types/capabilities.js";
import type { Batch, Model, Objective } from "../types/model.js";

/** A model with any of the capabilities. */
export type Able = Partial<Encodes & Decodes & Reconstructs & Samples>;

/** A request for samples under the conditions of the first examples of a batch. */
export async function wanted(model: Model<never>, data: Batch, count: number, seed = 1): Promise<SampleOptions> {
  const fields = Object.entries(givenOf(model.given, data) ?? {});
  if (fields.length === 0) return { count, random: random(seed) };
  const rows = fields.map(
    async ([name, field]) => [name, ((await field.array()) as number[]).slice(0, count)] as const,
  );
  return { count, random: random(seed), given: Object.fromEntries(await Promise.all(rows)) };
}

/** The total of an objective's loss in a step of its own. */
export function loss<B extends Batch>(objective: Objective<B>, data: B, seed = 1, training = true): tf.Scalar {
  const step = stepContext(random(seed), 0, training);
  return tf.tidy(() => withStep(step, () => objective.loss(data, step).total));
}
