import * as tf from "@tensorflow/tfjs";

/** Settings of a kernel. */
export type Attributes = Readonly<Record<string, unknown>>;

/** A gradient that sees the kernel's inputs and outputs, and no saved copies. */
export type GradientRule = (
  dy: tf.Tensor,
  saved: readonly tf.Tensor[],
  attributes: Attributes,
) => Readonly<Record<string, () => tf.Tensor>>;

/** Runs a kernel with whatever gradient is registered for it. */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: object = {},
): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attributes as never) as tf.Tensor;
}

/**
 * True while the gradient that is being computed will itself be differentiated. Everywhere else the shipped rules run, so
 * that first derivatives stay what they were, bit by bit.
 */
export function differentiatedAgain(): boolean {
  return (tf.engine() as unknown as { state: { gradientDepth: number } }).state.gradientDepth > 0;
}

/** Registers a gradient in the place of any other. */
export function setGradient(
  name: string,
  inputsToSave: readonly string[],
  rule: GradientRule,
  saveOutput = false,
): void {
  if (tf.getGradient(name)) tf.unregisterGradient(name);
  tf.registerGradient({
    kernelName: name,
    inputsToSave: [...inputsToSave],
    outputsToSave: saveOutput ? [true] : [],
    gradFunc: (dy, saved, attributes) => rule(dy as tf.Tensor, saved, attributes) as never,
  });
}

/** The shipped gradient of a kernel, as a function. */
export function shippedGradient(name: string): GradientRule {
  const { gradFunc } = tf.getGradient(name) as NonNullable<ReturnType<typeof tf.getGradient>>;
  return (dy, saved, attributes) => gradFunc(dy, [...saved], attributes as never) as never;
}

/** Sums what broadcasting repeated: a gradient with the operand's own shape. */
export function reduceTo(gradient: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes([...shape], gradient.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, [...shape]);
}
