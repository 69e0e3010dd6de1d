import { holderOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** Reads scalars with one wait for the device, and disposes them. */
export async function readTogether(scalars: tf.Scalar[]): Promise<ArrayLike<number>> {
  if (scalars.length === 0) return [];
  if (scalars.every(({ dataId }) => holderOf(dataId) !== undefined)) {
    const values = await Promise.all(scalars.map(async (scalar) => (await scalar.data())[0]!));
    tf.dispose(scalars);
    return values;
  }
  const stacked = tf.stack(scalars);
  tf.dispose(scalars);
  const values = await stacked.data();
  stacked.dispose();
  return values;
}
