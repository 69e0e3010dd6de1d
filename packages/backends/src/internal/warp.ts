/** Images: batch, height, width, channels. */
export type Shape4D = [batch: number, height: number, width: number, channels: number];

/** Settings of a projective map. */
export interface TransformAttrs {
  readonly interpolation: "nearest" | "bilinear";
  readonly fillMode: "constant" | "reflect" | "wrap" | "nearest";
  readonly fillValue: number;
  readonly outputShape?: [number, number] | null;
}

interface Numbers {
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/**
 * Draws pictures anew: a pixel (column j, row i) takes the value at ((a·j + b·i + c) / s, (d·j + e·i + f) / s) with s = g·j + h·i + 1 of
 * the map [a, …, h]; one map for all pictures or one for each.
 */
export function transformPictures(
  image: Numbers & { readonly shape: Shape4D },
  transforms: Numbers & { readonly count: number },
  out: Numbers & { readonly size: readonly [height: number, width: number] },
  attrs: TransformAttrs,
): void {
  const [batch, height, width, channels] = image.shape;
  const [outHeight, outWidth] = out.size;
  const [to, maps, read] = [out.values, transforms.values, reader(image.shape, image.values)];
  let at = 0;
  for (let n = 0; n < batch; n++) {
    const m = maps.subarray(transforms.count === 1 ? 0 : 8 * n, (transforms.count === 1 ? 0 : 8 * n) + 8);
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        const scale = m[6]! * j + m[7]! * i + 1;
        const column =
          scale === 0 ? Number.NaN : within((m[0]! * j + m[1]! * i + m[2]!) / scale, width, attrs.fillMode);
        const row = scale === 0 ? Number.NaN : within((m[3]! * j + m[4]! * i + m[5]!) / scale, height, attrs.fillMode);
        for (let c = 0; c < channels; c++) to[at++] = sample(read, n, row, column, c, attrs);
      }
    }
  }
}

/** The value of a channel at a place of a picture, or what is outside. */
export type Read = (n: number, row: number, column: number, c: number, outside: number) => number;

/** Reads values of pictures; beyond the edges lies another one. */
export function reader([, height, width, channels]: Shape4D, values: ArrayLike<number>): Read {
  return (n, row, column, c, outside) =>
    row >= 0 && row < height && column >= 0 && column < width
      ? values[((n * height + row) * width + column) * channels + c]!
      : outside;
}

function sample(read: Read, n: number, row: number, column: number, c: number, attrs: TransformAttrs): number {
  const { interpolation, fillValue } = attrs;
  if (interpolation === "nearest") return read(n, Math.round(row), Math.round(column), c, fillValue);
  const [top, left] = [Math.floor(row), Math.floor(column)];
  if (Number.isNaN(top) || Number.isNaN(left)) return fillValue;
  const mix = (r: number): number =>
    (left + 1 - column) * read(n, r, left, c, fillValue) + (column - left) * read(n, r, left + 1, c, fillValue);
  return (top + 1 - row) * mix(top) + (row - top) * mix(top + 1);
}

/** A position along an axis of `size` values, brought into it. */
function within(at: number, size: number, mode: TransformAttrs["fillMode"]): number {
  const clip = (place: number): number => Math.min(size - 1, Math.max(0, place));
  const phase = (period: number): number => ((at % period) + period) % period;
  if (mode === "reflect") return clip(phase(2 * size) < size ? phase(2 * size) : 2 * size - 1 - phase(2 * size));
  if (mode === "wrap") return clip(wrapped(at, size));
  return mode === "nearest" ? clip(at) : at;
}

/** As TensorFlow wraps pictures: it counts by distances between first and last values, and moves by whole pictures. */
function wrapped(at: number, size: number): number {
  if (size === 1) return 0;
  if (at < 0) return at + size * (Math.trunc(-at / (size - 1)) + 1);
  return at > size - 1 ? at - size * Math.trunc(at / (size - 1)) : at;
}
