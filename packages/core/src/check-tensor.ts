import * as tf from "@tensorflow/tfjs";
import { checkShape, type ExpectedShape, showShape } from "./check.js";
import { ConfigError } from "./errors.js";
import { show } from "./options/show.js";

/**
 * Refuses an argument that is no tensor, such as an array or a promise, one that is disposed, or one of another shape.
 *
 * @param owner - The function that asks; the first word of the message.
 * @param shape - What its shape has to be. Default any.
 * @throws ConfigError that names the argument; ShapeError with both shapes.
 */
export function checkTensor(
  owner: string,
  name: string,
  value: unknown,
  shape?: ExpectedShape,
): asserts value is tf.Tensor {
  if (value instanceof tf.Tensor) {
    if (!value.isDisposed) {
      if (shape !== undefined) checkShape(owner, name, value.shape, shape);
      return;
    }
    throw new ConfigError(
      `${owner}: expected \`${name}\` to be a tensor that is not disposed, received a disposed tensor of shape ${showShape(value.shape)}.`,
    );
  }
  throw new ConfigError(`${owner}: expected \`${name}\` to be a tensor, received ${show(value)}; ${mendOf(value)}.`);
}

function mendOf(value: unknown): string {
  if (value instanceof Promise) return "await it";
  const isDataset = typeof (value as { readonly batches?: unknown } | null | undefined)?.batches === "function";
  return isDataset ? "take a field of a batch of it, as in `data.gather([0, 1, 2]).x`" : "make one with `tf.tensor`";
}
