import type { Batch, Loss, Objective, StepContext } from "@latentkit/core";
import { withStep } from "@latentkit/core/authoring";

/** A loss within the step that its layers read, as training computes it. */
export function inStep<B extends Batch>(objective: Objective<B>, batch: B, step: StepContext): Loss {
  return withStep(step, () => objective.loss(batch, step));
}
