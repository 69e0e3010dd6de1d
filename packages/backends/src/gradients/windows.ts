import * as tf from "@tensorflow/tfjs";
import { five, four } from "../fixed-rank.js";
import { around, type Places, pick, put } from "./axis.js";
import { type Attributes, settingsOf } from "./registry.js";

/** How windows lie along one spatial axis. */
export interface WindowAxis {
  readonly size: number;
  readonly before: number;
  readonly after: number;
  readonly stride: number;
  readonly dilation: number;
  readonly length: number;
  readonly out: number;
}

/** The windows of a pooling kernel along its two or three spatial axes; images are `[batch, …, channels]`. */
export function poolingWindows(shape: readonly number[], attributes: Attributes): WindowAxis[] {
  if (shape.length === 4) {
    const { filterSize, strides, pad, dimRoundingMode } = settingsOf<tf.AvgPoolAttrs>(attributes);
    const info = tf.backend_util.computePool2DInfo(four(shape), filterSize, strides, 1, pad, dimRoundingMode);
    return [axisOf(info, "Height", info.padInfo.top), axisOf(info, "Width", info.padInfo.left)];
  }
  const { filterSize, strides, pad, dimRoundingMode } = settingsOf<tf.AvgPool3DAttrs>(attributes);
  const info = tf.backend_util.computePool3DInfo(five(shape), filterSize, strides, 1, pad, dimRoundingMode);
  const { front, top, left } = info.padInfo;
  return [axisOf(info, "Depth", front), axisOf(info, "Height", top), axisOf(info, "Width", left)];
}

/** Whether sizes that strides do not divide are rounded in another way than down. */
export function rounds({ dimRoundingMode }: Attributes): boolean {
  return dimRoundingMode !== undefined && dimRoundingMode !== null && dimRoundingMode !== "floor";
}

/** One axis of what TensorFlow.js computes of a convolution's or pooling's geometry. */
export function axisOf(geometry: object, name: "Depth" | "Height" | "Width", before: number): WindowAxis {
  const info = geometry as Readonly<Record<string, number>>;
  const [size, out, length] = [info[`in${name}`]!, info[`out${name}`]!, info[`filter${name}`]!];
  const [stride, dilation] = [info[`stride${name}`]!, info[`dilation${name}`] ?? 1];
  const reach = (out - 1) * stride + (length - 1) * dilation + 1;
  return { size, out, length, stride, dilation, before, after: Math.max(0, reach - size - before) };
}

/** Where the `k`-th value of each window lies on the padded axis. */
export function placesOf({ stride, dilation, out }: WindowAxis, k: number): Places {
  return { start: k * dilation, step: stride, count: out };
}

/** Length of the padded axis. */
export const paddedSize = ({ size, before, after }: WindowAxis): number => before + size + after;

/**
 * Pads the spatial axes, so that all windows lie within. Where strides are larger than windows, TensorFlow.js has less than
 * no padding in front of three axes: values before the first window are left out then.
 */
export function padded(x: tf.Tensor, windows: readonly WindowAxis[], value = 0): tf.Tensor {
  return windows.reduce((image, { size, before, after }, i) => {
    if (before === 0 && after === 0) return image;
    const skipped = Math.max(0, -before);
    const rest = pick(image, i + 1, { start: skipped, step: 1, count: size - skipped });
    const [outer, count, inner] = around(rest.shape, i + 1);
    const rows = tf.pad3d(
      tf.reshape(rest, [outer, count, inner]),
      [
        [0, 0],
        [Math.max(0, before), after],
        [0, 0],
      ],
      value,
    );
    return tf.reshape(rows, [...rest.shape.slice(0, i + 1), rows.shape[1], ...rest.shape.slice(i + 2)]);
  }, x);
}

/** Takes the padding away: the adjoint of {@link padded} with zeros. */
export function cropped(x: tf.Tensor, windows: readonly WindowAxis[]): tf.Tensor {
  return windows.reduce((image, { size, before }, i) => {
    if (image.shape[i + 1] === size && before === 0) return image;
    const skipped = Math.max(0, -before);
    const count = size - skipped;
    return put(
      pick(image, i + 1, { start: Math.max(0, before), step: 1, count }),
      i + 1,
      { start: skipped, step: 1, count },
      size,
    );
  }, x);
}

/** Each place within a window, the last axis fastest. */
export function places(windows: readonly WindowAxis[]): number[][] {
  return windows.reduce<number[][]>(
    (found, { length }) => found.flatMap((place) => Array.from({ length }, (_, k) => [...place, k])),
    [[]],
  );
}

/** The value at one place of every window, from the padded image. */
export function fetch(image: tf.Tensor, windows: readonly WindowAxis[], place: readonly number[]): tf.Tensor {
  return windows.reduce((x, window, i) => pick(x, i + 1, placesOf(window, place[i]!)), image);
}

/** Puts a value for every window at one of its places of the padded image: the adjoint of {@link fetch}. */
export function bring(values: tf.Tensor, windows: readonly WindowAxis[], place: readonly number[]): tf.Tensor {
  return windows.reduce((y, window, i) => put(y, i + 1, placesOf(window, place[i]!), paddedSize(window)), values);
}
