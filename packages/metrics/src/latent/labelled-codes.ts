import { check, checkShape, DataError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** Codes `[n, size]` and the class number of each, `[n]`; {@link encodeDataset} gives both. */
export interface LabelledCodes {
  readonly codes: tf.Tensor2D;
  readonly labels: tf.Tensor1D;
}

/** Checks shapes and labels, and returns the number of classes. */
export async function checkLabelled(
  owner: string,
  train: LabelledCodes,
  test: LabelledCodes,
  classes?: number,
): Promise<number> {
  checkShape(owner, "train.codes", train.codes.shape, [null, null]);
  checkShape(owner, "test.codes", test.codes.shape, [null, train.codes.shape[1]]);
  checkShape(owner, "train.labels", train.labels.shape, [train.codes.shape[0]]);
  checkShape(owner, "test.labels", test.labels.shape, [test.codes.shape[0]]);
  const [trainLabels, testLabels] = (await Promise.all([train.labels.data(), test.labels.data()])).map((values) =>
    Array.from(values),
  ) as [number[], number[]];
  if (trainLabels.length === 0 || testLabels.length === 0) {
    throw new DataError(
      `${owner}: expected examples to train and to test on, received ${trainLabels.length} and ${testLabels.length}.`,
    );
  }
  const count = classes ?? trainLabels.reduce((most, label) => Math.max(most, label), 0) + 1;
  check(owner).integer("classes", count, { min: 2 });
  for (const [name, labels] of Object.entries({ train: trainLabels, test: testLabels })) {
    const wrong = labels.find((label) => !Number.isInteger(label) || label < 0 || label >= count);
    if (wrong !== undefined) {
      throw new DataError(
        `${owner}: expected \`${name}.labels\` to be class numbers from 0 to ${count - 1}, received ${wrong}.`,
      );
    }
  }
  return count;
}

/** Scales both by the training codes' mean and deviation, and appends a column of ones for the bias. */
export function standardize(train: tf.Tensor2D, test: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(tf.cast(train, "float32"), 0);
    // A unit that never changes says nothing: its deviation only has to be something other than 0.
    const scale = tf.rsqrt(tf.maximum(variance, 1e-12));
    const scaled = (codes: tf.Tensor2D): tf.Tensor2D =>
      tf.concat([tf.mul(tf.sub(codes, mean), scale), tf.ones([codes.shape[0], 1])], 1) as tf.Tensor2D;
    return [scaled(train), scaled(test)];
  });
}
