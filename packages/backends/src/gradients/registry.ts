import * as tf from "@tensorflow/tfjs";

/** Settings of a kernel. */
export type Attributes = Readonly<Record<string, unknown>>;

/** Settings as the kernel's own type: TensorFlow.js hands gradients a record of anything, and a rule knows its kernel. */
export function settingsOf<T extends object>(attributes: Attributes): T {
  return attributes as object as T;
}

type NamedGradientMap = ReturnType<tf.GradFunc>;

/** Gradients by the input's name, or in the order of a list of inputs. */
export type InputGradients = Readonly<Record<string, () => tf.Tensor>> | readonly (() => tf.Tensor)[];

/** A gradient as a function of what was saved; `dy` is a list for kernels with several outputs. */
export type GradientRule<D = tf.Tensor> = (
  dy: D,
  saved: readonly tf.Tensor[],
  attributes: Attributes,
) => InputGradients;

/** What is kept of a kernel's call until its gradient is computed. */
export interface Saved {
  /** Names of inputs, or all of a list of inputs. */
  readonly inputs?: readonly string[] | "all";
  /** Which outputs are kept too, after the inputs. Default none. */
  readonly outputs?: readonly boolean[];
}

/** Runs a kernel with whatever gradient is registered for it. */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: object = {},
): tf.Tensor {
  return tf.engine().runKernel(name, inputs, { ...attributes }) as tf.Tensor;
}

/** Registers a gradient in the place of any other. */
export function setGradient<D = tf.Tensor>(
  name: string,
  { inputs = [], outputs = [] }: Saved,
  rule: GradientRule<D>,
): void {
  if (tf.getGradient(name)) tf.unregisterGradient(name);
  tf.registerGradient({
    kernelName: name,
    ...(inputs === "all" ? { saveAllInputs: true } : { inputsToSave: [...inputs] }),
    outputsToSave: [...outputs],
    gradFunc: (dy, saved, attributes) => rule(dy as D, saved, attributes) as NamedGradientMap,
  });
}

/** The shipped gradient of a kernel, as a function. */
export function shippedGradient(name: string): GradientRule {
  const { gradFunc } = tf.getGradient(name) as NonNullable<ReturnType<typeof tf.getGradient>>;
  return (dy, saved, attributes) => gradFunc(dy, [...saved], attributes as tf.NamedAttrMap);
}

/** Sums what broadcasting repeated: a gradient with the operand's own shape. */
export function reduceTo(gradient: tf.Tensor, shape: readonly number[]): tf.Tensor {
  if (gradient.shape.join() === shape.join()) return gradient;
  const axes = tf.broadcast_util.getReductionAxes([...shape], gradient.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, [...shape]);
}

/** The axes of an attribute, counted from 0; all when there is none. */
export function axesOf(axis: unknown, rank: number): number[] {
  const given = axis === undefined || axis === null ? [...Array(rank).keys()] : [axis as number | number[]].flat();
  return given.map((a) => (a < 0 ? a + rank : a));
}
