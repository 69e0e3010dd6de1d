import { check, DataError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** Class numbers `[batch]` as one-hot rows `[batch, classes]`, float32. */
export function oneHot(labels: tf.Tensor, classes: number): tf.Tensor2D {
  return tf.cast(tf.oneHot(tf.cast(labels, "int32") as tf.Tensor1D, classes), "float32") as tf.Tensor2D;
}

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
