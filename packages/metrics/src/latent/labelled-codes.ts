import { ConfigError, DataError } from "@latentkit/core";
import { check, checkShape, checkTensor } from "@latentkit/core/authoring";
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
  for (const [name, set] of Object.entries({ train, test })) {
    const { codes, labels } = (set ?? {}) as Partial<LabelledCodes>;
    if (codes === undefined || labels === undefined) {
      throw new ConfigError(
        `${owner}: expected \`${name}\` to have \`codes\` and \`labels\`, as encodeDataset gives of data with labels.`,
      );
    }
    checkTensor(owner, `${name}.codes`, codes);
    checkTensor(owner, `${name}.labels`, labels);
  }
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

/**
 * Scales both by the training codes' mean and deviation, in double precision, and appends a column of ones for the bias.
 *
 * @throws DataError for codes that are not finite.
 */
export async function standardize(
  owner: string,
  train: tf.Tensor2D,
  test: tf.Tensor2D,
): Promise<[tf.Tensor2D, tf.Tensor2D]> {
  const [trainValues, testValues] = await Promise.all([train.data(), test.data()]);
  const size = train.shape[1];
  const [mean, scale] = [new Float64Array(size), new Float64Array(size)];
  const count = trainValues.length / size;
  for (const [i, value] of trainValues.entries()) mean[i % size]! += value / count;
  for (const [i, value] of trainValues.entries()) scale[i % size]! += (value - mean[i % size]!) ** 2 / count;
  // A unit that never changes says nothing: its deviation only has to be something other than 0.
  for (let i = 0; i < size; i++) scale[i] = 1 / Math.sqrt(Math.max(scale[i]!, 1e-12));
  const scaled = (name: string, values: ArrayLike<number>): tf.Tensor2D => {
    const rows = values.length / size;
    const out = new Float32Array(rows * (size + 1)).fill(1);
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) {
        throw new DataError(
          `${owner}: \`${name}.codes\` has a value that is not finite, ${values[i]}, in example ${Math.floor(i / size)}; check the model.`,
        );
      }
      const column = i % size;
      out[Math.floor(i / size) * (size + 1) + column] = (values[i]! - mean[column]!) * scale[column]!;
    }
    return tf.tensor2d(out, [rows, size + 1]);
  };
  const first = scaled("train", trainValues);
  try {
    return [first, scaled("test", testValues)];
  } catch (error) {
    first.dispose();
    throw error;
  }
}
