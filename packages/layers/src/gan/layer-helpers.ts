import type * as tf from "@tensorflow/tfjs";

/** The one tensor that a layer was given. */
export function onlyInput(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(inputs) ? inputs[0]! : inputs;
}

/** The arguments of tfjs's base class: a name only where one was given, so that tfjs counts the others. */
export function baseConfig(options: { readonly name?: string }): { name?: string } {
  return options.name === undefined ? {} : { name: options.name };
}
