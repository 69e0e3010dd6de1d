import * as tf from "@tensorflow/tfjs";

/** Places along an axis: `count` of them from `start`, `step` apart. */
export interface Places {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/**
 * The values at some places of an axis, in few kernels that every backend has and that can be differentiated any number of
 * times: `y[i] = x[start + i·step]`. Places must lie within the axis.
 */
export function pick(x: tf.Tensor, axis: number, { start, step, count }: Places): tf.Tensor {
  const [before, size, after] = around(x.shape, axis);
  const reach = (count - 1) * step + 1;
  if (reach === size && step === 1) return x;
  const rows = tf.slice(tf.reshape(x, [before, size, after]), [0, start, 0], [before, reach, after]);
  return tf.reshape(thin(rows, step, count), [...x.shape.slice(0, axis), count, ...x.shape.slice(axis + 1)]);
}

/** The adjoint of {@link pick}: puts values at some places of an axis of `size`, zeros elsewhere. */
export function put(x: tf.Tensor, axis: number, { start, step, count }: Places, size: number): tf.Tensor {
  const [before, , after] = around(x.shape, axis);
  const reach = (count - 1) * step + 1;
  if (reach === size && step === 1) return x;
  const spread = spaced(tf.reshape(x, [before, count, after]), step);
  const padded = tf.pad3d(spread as tf.Tensor3D, [
    [0, 0],
    [start, size - start - reach],
    [0, 0],
  ]);
  return tf.reshape(padded, [...x.shape.slice(0, axis), size, ...x.shape.slice(axis + 1)]);
}

/** `[before, count, after]` → `[before, (count − 1)·step + 1, after]` with zeros between. */
function spaced(x: tf.Tensor, step: number): tf.Tensor {
  const [before, count, after] = x.shape as [number, number, number];
  if (step === 1 || count === 1) return x;
  const gaps = tf.zeros([before, count, (step - 1) * after]);
  const rows = tf.reshape(tf.concat([x, gaps], 2), [before, count * step, after]);
  return tf.slice(rows, [0, 0, 0], [before, (count - 1) * step + 1, after]);
}

/** `[before, (count − 1)·step + 1, after]` → `[before, count, after]`. */
function thin(x: tf.Tensor, step: number, count: number): tf.Tensor {
  const [before, reach, after] = x.shape as [number, number, number];
  if (step === 1 || count === 1) return x;
  const whole = tf.pad3d(x as tf.Tensor3D, [
    [0, 0],
    [0, count * step - reach],
    [0, 0],
  ]);
  return tf.slice(tf.reshape(whole, [before, count, step * after]), [0, 0, 0], [before, count, after]);
}

/** Sizes before, at and after an axis. */
export function around(shape: readonly number[], axis: number): [before: number, size: number, after: number] {
  const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);
  return [product(shape.slice(0, axis)), shape[axis]!, product(shape.slice(axis + 1))];
}
