import * as tf from "@tensorflow/tfjs";

/**
 * Central differences of a scalar function, one value of `x` at a time: an independent gradient to compare with.
 *
 * @param h - Step; 1e-3 suits float32 (at 1e-2 a kink of a leaky ReLU gives false alarms).
 */
export async function finiteDifferences(f: (x: tf.Tensor) => tf.Scalar, x: tf.Tensor, h = 1e-3): Promise<Float32Array> {
  const values = (await x.data()) as Float32Array;
  const at = async (index: number, shift: number): Promise<number> => {
    const moved = values.slice();
    moved[index]! += shift;
    const result = tf.tidy(() => f(tf.tensor(moved, x.shape)));
    const value = (await result.data())[0]!;
    result.dispose();
    return value;
  };
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = ((await at(i, h)) - (await at(i, -h))) / (2 * h);
  return out;
}
