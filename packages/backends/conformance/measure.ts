import { random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { type BlockCase, blockCases } from "./block-cases.js";
import { type KernelCase, kernelCases } from "./kernel-cases.js";

/** Values of one check on one backend, or the message of what it threw. */
export type Outcome = readonly (readonly number[])[] | string;

/** Outcomes by the case's name and what was computed of it: `conv2d: forward`, `lstm: step`. */
export type Outcomes = Readonly<Record<string, Outcome>>;

/** Runs every case on the backend that is set. */
export async function measure(): Promise<Outcomes> {
  const outcomes: Record<string, Outcome> = {};
  for (const kernel of kernelCases) {
    const derivatives = kernel.derivatives ?? 2;
    outcomes[`${kernel.name}: forward`] = await attempt(() => [forward(kernel)]);
    if (derivatives > 0) outcomes[`${kernel.name}: first`] = await attempt(() => firstDerivatives(kernel));
    if (derivatives > 1) outcomes[`${kernel.name}: second`] = await attempt(() => secondDerivatives(kernel));
  }
  for (const block of blockCases) outcomes[`${block.name}: step`] = await attempt(() => trainingStep(block));
  return outcomes;
}

async function attempt(body: () => tf.Tensor[]): Promise<Outcome> {
  try {
    const tensors = tf.tidy(body);
    const values = await Promise.all(tensors.map((tensor) => tensor.data()));
    tf.dispose(tensors);
    return values.map((value) => [...value]);
  } catch (error) {
    return String((error as Error).message).split("\n", 1)[0]!;
  }
}

/** A case's inputs: the same on every backend. */
export function inputsOf({ name, shapes, prepare = (x) => x }: KernelCase): tf.Tensor[] {
  const source = random(17).stream(name);
  return shapes.map((shape) => prepare(source.normal(shape)));
}

function forward(kernel: KernelCase): tf.Tensor {
  return kernel.run(...inputsOf(kernel));
}

/** A scalar of the output in which every value has another weight. */
export function weighted(kernel: KernelCase): (...inputs: tf.Tensor[]) => tf.Scalar {
  return (...inputs) => {
    const y = kernel.run(...inputs);
    return tf.sum(tf.mul(y, random(23).stream(kernel.name).normal(y.shape))) as tf.Scalar;
  };
}

function firstDerivatives(kernel: KernelCase): tf.Tensor[] {
  return tf.grads(weighted(kernel))(inputsOf(kernel));
}

function secondDerivatives(kernel: KernelCase): tf.Tensor[] {
  const slopes = tf.grads(weighted(kernel));
  const bend = (...inputs: tf.Tensor[]): tf.Scalar =>
    // The input itself takes part, so that a linear operation has a gradient too.
    tf.addN(slopes(inputs).map((slope, i) => tf.sum(tf.add(tf.square(slope), tf.square(inputs[i]!))))) as tf.Scalar;
  return tf.grads(bend)(inputsOf(kernel));
}

/** The weights after one step of gradient descent on the mean of squares of the outputs. */
function trainingStep({ name, inputShape, integers, layers }: BlockCase): tf.Tensor[] {
  const network = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [...inputShape] }), ...layers()] });
  const source = random(17).stream(name);
  const shape = [3, ...inputShape];
  const x = integers ? tf.floor(source.uniform(shape, 0, 5)) : source.normal(shape);
  const target = source.normal(network.outputs[0]!.shape.map((size) => size ?? 3));
  const variables = network.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const loss = () => {
    const y = network.apply(x, { training: true }) as tf.Tensor;
    return tf.mean(tf.squaredDifference(y, target)) as tf.Scalar;
  };
  const { grads } = tf.variableGrads(loss, variables);
  const moved = variables.map((variable) => tf.sub(variable, tf.mul(0.1, grads[variable.name]!)));
  network.dispose();
  return moved;
}
