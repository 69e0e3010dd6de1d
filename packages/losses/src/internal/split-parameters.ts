import { ShapeError } from "@latentkit/core";
import { checkTensor, showShape } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** The shape of the data that parameters describe: the last axis divided by `perValue`. */
export function dataShape(owner: string, parameters: tf.Tensor, perValue: number): number[] {
  checkTensor(owner, "parameters", parameters);
  const last = parameters.shape.at(-1) ?? 0;
  if (parameters.rank < 2 || last % perValue !== 0) {
    throw new ShapeError(
      `${owner}: expected \`parameters\` to have shape [batch, …, ${perValue} · values], received ${showShape(parameters.shape)}.`,
    );
  }
  return [...parameters.shape.slice(0, -1), last / perValue];
}

/** The two parameters of each value, as tensors with the data's shape. */
export function splitPairs(owner: string, parameters: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const shape = dataShape(owner, parameters, 2);
  const pairs = tf.reshape(parameters, [parameters.size / 2, 2]); // [batch · … · values, 2]
  const [first, second] = tf.split(pairs, 2, 1);
  return [tf.reshape(first!, shape), tf.reshape(second!, shape)];
}
