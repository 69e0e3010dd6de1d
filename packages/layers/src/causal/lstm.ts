import { smoothSigmoid, smoothTanh } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** Gates of an LSTM in the order of channels: input, forget, output, candidate. */
export const GATES = 4;

/** What an LSTM hands on, equal in shape. */
export type LstmState = readonly [hidden: tf.Tensor, memory: tf.Tensor];

/** Channels that stand colour by colour, `parts` in each colour, as tensors with all colours. */
export function splitColours(z: tf.Tensor, colours: number, parts: number): tf.Tensor[] {
  if (colours === 1) return tf.split(z, parts, -1);
  const [places, size] = [z.shape.slice(0, -1), z.shape.at(-1)! / (colours * parts)];
  const cut = tf.split(tf.reshape(z, [-1, colours, parts, size]), parts, 2); // [places, colours, 1, size]
  return cut.map((part) => tf.reshape(part, [...places, colours * size]));
}

/** c ← σ(f)·c + σ(i)·tanh(g), h ← σ(o)·tanh(c), from the sums of what enters the gates. */
export function lstmStep(sums: tf.Tensor, memory: tf.Tensor, colours: number): LstmState {
  const [input, forget, output, candidate] = splitColours(sums, colours, GATES) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const kept = tf.mul(smoothSigmoid(forget), memory);
  const next = tf.add(kept, tf.mul(smoothSigmoid(input), smoothTanh(candidate)));
  return [tf.mul(smoothSigmoid(output), smoothTanh(next)), next];
}
