import * as tf from "@tensorflow/tfjs";
import { ConfigError } from "./errors.js";
import { show } from "./options/show.js";

/**
 * Refuses an argument that is no tensor, such as an array or a promise.
 *
 * @param owner - The function that asks; the first word of the message.
 * @throws ConfigError that names the argument.
 */
export function checkTensor(owner: string, name: string, value: unknown): asserts value is tf.Tensor {
  if (value instanceof tf.Tensor) return;
  const mend = value instanceof Promise ? "await it" : "make one with `tf.tensor`";
  throw new ConfigError(`${owner}: expected \`${name}\` to be a tensor, received ${show(value)}; ${mend}.`);
}
