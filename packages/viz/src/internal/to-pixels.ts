import { DataError, ShapeError } from "@latentkit/core";
import { showShape } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { checkImages } from "./images.js";

/** Images as bytes: `[count, height, width, channels]`. */
export interface Pixels {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
  readonly clipped: number;
}

/** Values this far outside the range, relative to it, still round to its end: not worth counting as clipped. */
const TOLERANCE = 1 / 512;

/**
 * Reads a batch of images as bytes. Values outside the range are clipped and counted, since decoders without a bounded
 * output overshoot; NaN is refused.
 */
export async function toPixels(owner: string, images: tf.Tensor, range: readonly [number, number]): Promise<Pixels> {
  checkImages(owner, "images", images);
  const [count, height, width, channels] = images.shape as [number, number, number, number];
  if (channels !== 1 && channels !== 3) {
    throw new ShapeError(
      `${owner}: expected images with 1 channel (grey) or 3 (colour), received ${showShape(images.shape)}.`,
    );
  }
  if (images.size === 0) {
    throw new DataError(
      `${owner}: expected at least one image of at least one pixel, received ${showShape(images.shape)}.`,
    );
  }
  const [low, high] = range;
  const values = await images.data();
  const data = new Uint8Array(values.length);
  const scale = 1 / (high - low);
  let clipped = 0;
  for (let i = 0; i < values.length; i++) {
    const value = (values[i]! - low) * scale;
    if (Number.isNaN(value)) throw nan(owner, i, height * width * channels);
    if (value < -TOLERANCE || value > 1 + TOLERANCE) clipped++;
    data[i] = Math.round(255 * Math.min(1, Math.max(0, value)));
  }
  if (clipped > 0) refuseBytes(owner, values, range);
  return { count, height, width, channels, data, clipped };
}

function nan(owner: string, index: number, size: number): DataError {
  return new DataError(
    `${owner}: image ${Math.floor(index / size)} has NaN; check whether training diverged, or the data.`,
  );
}

/** Whole numbers up to 255 in a range of [0, 1] are bytes that nobody divided: a white picture would not say so. */
function refuseBytes(owner: string, values: ArrayLike<number>, [low, high]: readonly [number, number]): void {
  if (low !== 0 || high !== 1) return;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isInteger(values[i]!) || values[i]! < 0 || values[i]! > 255) return;
  }
  throw new DataError(
    `${owner}: expected values from 0 to 1, received whole numbers up to 255; give \`range: [0, 255]\`, or divide by 255.`,
  );
}
