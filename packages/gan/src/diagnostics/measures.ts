import { apply } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { packed } from "../internal/pack.js";
import type { DiagnosedModel } from "./diagnosed-model.js";

/** Mean distance between two different rows of `count` rows. */
export function meanPairDistance(values: Float32Array, count: number): number {
  let sum = 0;
  for (let i = 1; i < count; i++) for (let j = 0; j < i; j++) sum += distance(values, i, values, j, count);
  return sum / ((count * (count - 1)) / 2);
}

/** Mean distance between rows of the same number. */
export function meanDistance(from: Float32Array, to: Float32Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += distance(from, i, to, i, count);
  return sum / count;
}

function distance(a: Float32Array, i: number, b: Float32Array, j: number, count: number): number {
  const size = a.length / count;
  let square = 0;
  for (let k = 0; k < size; k++) square += (a[i * size + k]! - b[j * size + k]!) ** 2;
  return Math.sqrt(square);
}

/**
 * Mean norm of the gradient of the generator's loss at each sample, times the number of samples: how strongly the
 * discriminator pulls. `undefined` for discriminators that want more than examples, and for relativistic losses.
 */
export async function pullOnSamples(model: DiagnosedModel, samples: tf.Tensor): Promise<number | undefined> {
  const { adversarialLoss: loss } = model;
  const { discriminator } = model.networks;
  if (discriminator.inputs.length !== 1 || discriminator.outputs.length !== 1 || loss.relativistic) return undefined;
  const pack = discriminator.inputs[0]!.shape.at(-1)! / samples.shape.at(-1)!;
  const pull = tf.tidy(() => {
    const slope = tf.grad((x: tf.Tensor) => loss.generator(apply(discriminator, packed(x, pack))))(samples);
    const rows = tf.reshape(slope, [samples.shape[0]!, -1]);
    return tf.sum(tf.sqrt(tf.sum(tf.square(rows), 1)));
  });
  const [value] = await pull.data();
  pull.dispose();
  return value;
}
