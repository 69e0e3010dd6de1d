import { checkShape, DataError, type Random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { type Examples, eachBatch } from "./each-batch.js";

/** Maps a batch `[batch, …]` to rows in which distances mean something, `[batch, features]`. */
export type FeatureFunction = (x: tf.Tensor) => tf.Tensor2D;

/** Examples as flat rows of their own values: the features that are there without asking. */
export const flatten: FeatureFunction = (x) =>
  tf.tidy(() => tf.cast(tf.reshape(x, [x.shape[0]!, -1]), "float32") as tf.Tensor2D);

/** Features of at most `limit` examples, in a random order when a stream is given: `[n, features]`. */
export async function collectFeatures(
  owner: string,
  name: string,
  data: Examples,
  features: FeatureFunction,
  plan: { readonly batchSize: number; readonly limit?: number; readonly random?: Random },
): Promise<tf.Tensor2D> {
  const parts: tf.Tensor2D[] = [];
  try {
    await eachBatch(owner, data, plan, ({ x, size }) => {
      const part = features(x);
      parts.push(part);
      checkShape(owner, `features of ${name}`, part.shape, [size, null]);
    });
    const all = tf.concat(parts, 0);
    const check = tf.tidy(() => tf.all(tf.isFinite(all)));
    const [finite] = await check.data();
    check.dispose();
    if (finite === 0) {
      all.dispose();
      throw new DataError(
        `${owner}: the features of ${name} have NaN or infinite values; check the data and the model.`,
      );
    }
    return all;
  } finally {
    tf.dispose(parts);
  }
}
