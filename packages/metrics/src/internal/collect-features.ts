import { DataError } from "@latentkit/core";
import { checkShape, checkTensor, sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type BatchPlan, type Examples, eachBatch } from "./each-batch.js";

/** Maps a batch `[batch, …]` to rows in which distances mean something, `[batch, features]`. */
export type FeatureFunction = (x: tf.Tensor) => tf.Tensor2D;

/** Examples as flat rows of their own values: the features that are there without asking. */
export const flatten: FeatureFunction = (x) =>
  tf.tidy(() => tf.cast(tf.reshape(x, [x.shape[0]!, sizeOf(x.shape.slice(1))]), "float32") as tf.Tensor2D);

/** Features of at most `limit` examples, in a random order when a stream is given: `[n, features]`. */
export async function collectFeatures(
  owner: string,
  name: string,
  data: Examples,
  features: FeatureFunction,
  plan: BatchPlan,
): Promise<tf.Tensor2D> {
  const parts: tf.Tensor2D[] = [];
  try {
    const visit = ({ x, size }: { x: tf.Tensor; size: number }): void => {
      const part = features(x);
      checkTensor(owner, `features of ${name}`, part);
      // A function that gives back its own input would have it freed before it is joined.
      parts.push((part as tf.Tensor) === x ? tf.clone(part) : part);
      checkShape(owner, `features of ${name}`, part.shape, [size, parts[0]!.shape[1] ?? null]);
    };
    await eachBatch(owner, data, plan, visit, name);
    const all = tf.tidy(() => tf.cast(tf.concat(parts, 0), "float32"));
    try {
      await checkFinite(owner, name, all);
      return all;
    } catch (error) {
      all.dispose();
      throw error;
    }
  } finally {
    tf.dispose(parts);
  }
}

async function checkFinite(owner: string, name: string, rows: tf.Tensor2D): Promise<void> {
  const values = await rows.data();
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  const example = Math.floor(wrong / rows.shape[1]);
  throw new DataError(
    `${owner}: the features of ${name} have NaN or infinite values, first ${values[wrong]} for example ${example}; check the data and the model.`,
  );
}
