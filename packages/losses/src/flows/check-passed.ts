import { check, checkShape, checkTensor } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";

/**
 * Refuses codes and contexts that a flow has no place for.
 *
 * @throws ShapeError with both shapes; ConfigError for a context that is missing.
 */
export function checkPassed(
  owner: string,
  latentDim: number,
  contextDim: number | undefined,
  z: tf.Tensor,
  context: tf.Tensor | undefined,
): void {
  checkTensor(owner, "z", z, [null, latentDim]);
  if (contextDim === undefined) {
    check(owner).that("context", context, context === undefined, "nothing: the flow has no `contextDim`");
    return;
  }
  checkTensor(owner, "context", context, [null, contextDim]);
  checkShape(owner, "context", context.shape, [z.shape[0]!, contextDim]);
}
