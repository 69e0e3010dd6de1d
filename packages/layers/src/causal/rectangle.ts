import * as tf from "@tensorflow/tfjs";

/**
 * Places that a causal convolution looks at, as offsets from the place that it computes, both ends included: rows `[-1, -1]`, columns
 * `[-1, 1]` are the three places above.
 */
export interface Rectangle {
  readonly rows: readonly [from: number, to: number];
  readonly columns: readonly [from: number, to: number];
}

/** A kernel of a causal convolution with the places that it is laid over. Taps outside the rectangle do not exist. */
export interface Taps {
  readonly rectangle: Rectangle;
  /** `[rows, columns, inputs, outputs]`. */
  readonly kernel: tf.LayerVariable;
  /** The channels that it reads. Default all. */
  readonly reads?: readonly [from: number, to: number];
  /** The channels that it writes. Default all. */
  readonly writes?: readonly [from: number, to: number];
}

/** Rows and columns of a rectangle. */
export function extent({ rows, columns }: Rectangle): [rows: number, columns: number] {
  return [rows[1] - rows[0] + 1, columns[1] - columns[0] + 1];
}

/**
 * The convolution of pictures with a kernel over a rectangle, zeros outside the picture: y(r, c) = Σ x(r + i, c + j)·K(i, j).
 *
 * **Shapes** `[batch, height, width, inputs]` → `[batch, ⌈height / strides⌉, ⌈width / strides⌉, outputs]`.
 */
export function convolveRectangle(x: tf.Tensor4D, kernel: tf.Tensor4D, area: Rectangle, strides = 1): tf.Tensor4D {
  const [rows, columns] = extent(area);
  const [, , inputs, outputs] = kernel.shape;
  if (rows * columns === 1 && strides === 1 && area.rows[0] === 0 && area.columns[0] === 0) {
    // A product of matrices, without the bookkeeping of a convolution.
    const flat = tf.matMul(tf.reshape(x, [x.size / inputs, inputs]), tf.reshape(kernel, [inputs, outputs]));
    return tf.reshape(flat, [...x.shape.slice(0, 3), outputs] as [number, number, number, number]);
  }
  return tf.conv2d(window(x, area), kernel, strides, "valid");
}

/** What the rectangle sees when it is laid over every place: padded with zeros, or cut, on each side. */
export function window(x: tf.Tensor4D, { rows, columns }: Rectangle): tf.Tensor4D {
  const margins = [-rows[0], rows[1], -columns[0], columns[1]] as const;
  const [top, bottom, left, right] = margins.map((margin) => Math.max(0, margin)) as [number, number, number, number];
  const cut = margins.map((margin) => Math.max(0, -margin)) as [number, number, number, number];
  const [batch, height, width, channels] = x.shape;
  const inner: [number, number, number, number] = [
    batch,
    Math.max(0, height - cut[0] - cut[1]),
    Math.max(0, width - cut[2] - cut[3]),
    channels,
  ];
  const kept = cut.some((size) => size > 0) ? tf.slice(x, [0, cut[0], cut[2], 0], inner) : x;
  if (top + bottom + left + right === 0) return kept;
  const edges: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return tf.pad(kept, edges);
}
