import { DataError, ShapeError } from "@latentkit/core";
import { checkShape, checkTensor, showShape } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";

/**
 * Checks what a loss is given, before anything is computed.
 *
 * @param owner - The loss: the first word of the message.
 * @param tensors - Its arguments by name, all of the first one's shape, `[batch, …]`.
 * @throws ConfigError for what is no tensor, ShapeError for shapes that differ or lack the batch axis, DataError for no examples.
 */
export function checkExamples(owner: string, tensors: Readonly<Record<string, tf.Tensor>>): void {
  const entries = Object.entries(tensors);
  for (const [name, tensor] of entries) checkTensor(owner, name, tensor);
  const [[name, first], ...others] = entries as [[string, tf.Tensor], ...(readonly [string, tf.Tensor])[]];
  if (first.rank < 1) {
    throw new ShapeError(
      `${owner}: expected \`${name}\` to have shape [batch, …], received ${showShape(first.shape)}.`,
    );
  }
  for (const [other, { shape }] of others) checkShape(owner, other, shape, first.shape);
  if (first.size === 0) {
    throw new DataError(
      `${owner}: expected at least one example in \`${name}\`, received shape ${showShape(first.shape)}.`,
    );
  }
}
