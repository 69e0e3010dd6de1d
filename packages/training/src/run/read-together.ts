import * as tf from "@tensorflow/tfjs";

/** Reads scalars with one wait for the device, and disposes them. */
export async function readTogether(scalars: tf.Scalar[]): Promise<ArrayLike<number>> {
  if (scalars.length === 0) return [];
  const stacked = tf.stack(scalars);
  tf.dispose(scalars);
  const values = await stacked.data();
  stacked.dispose();
  return values;
}
