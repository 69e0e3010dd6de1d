import { check, DataError, oneHot } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** Wanted classes from the caller, checked. */
export function wantedClasses(owner: string, labels: readonly number[], classes: number): tf.Tensor2D {
  check(owner).that("labels", labels, Array.isArray(labels) && labels.length > 0, "a list of class numbers");
  for (const label of labels) {
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new DataError(`${owner}: expected class numbers from 0 to ${classes - 1}, received ${label}.`);
    }
  }
  return tf.tidy(() => oneHot(tf.tensor1d([...labels], "int32"), classes));
}
