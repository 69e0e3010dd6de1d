import type { DecodedPicture } from "@latentkit/core/pictures";

/** The middle of a picture with the proportions of another size. */
export function cropTo(picture: DecodedPicture, height: number, width: number): DecodedPicture {
  const scale = Math.min(picture.height / height, picture.width / width);
  return middle(picture, Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale)));
}

/** As many rows and columns from the middle of a picture. */
export function middle(picture: DecodedPicture, height: number, width: number): DecodedPicture {
  const { channels, data } = picture;
  if (height === picture.height && width === picture.width) return picture;
  const top = (picture.height - height) >> 1;
  const left = (picture.width - width) >> 1;
  const out = new Uint8Array(height * width * channels);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * picture.width + left) * channels;
    out.set(data.subarray(from, from + width * channels), row * width * channels);
  }
  return { width, height, channels, data: out };
}

/**
 * A picture in another size. Bilinear when it grows; when it shrinks the filter widens with the factor, so that no pixel is
 * left out and fine patterns turn grey instead of false. Colours count by their alpha, so that what is transparent, whatever its
 * colour, leaves no seam.
 */
export function resize(picture: DecodedPicture, height: number, width: number): DecodedPicture {
  if (picture.height === height && picture.width === width) return picture;
  const { channels } = picture;
  const hasAlpha = channels === 2 || channels === 4;
  const data = hasAlpha ? timesAlpha(picture) : picture.data;
  const columns = filter(picture.width, width);
  const rows = filter(picture.height, height);
  const wide = new Float64Array(picture.height * width * channels);
  for (let row = 0; row < picture.height; row++) {
    for (let column = 0; column < width; column++) {
      const { first, weights } = columns[column]!;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) {
          sum += weights[k]! * data[(row * picture.width + first + k) * channels + c]!;
        }
        wide[(row * width + column) * channels + c] = sum;
      }
    }
  }
  const out = new Uint8Array(height * width * channels);
  const stride = width * channels;
  const line = new Float64Array(stride);
  for (let row = 0; row < height; row++) {
    const { first, weights } = rows[row]!;
    for (let i = 0; i < stride; i++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * wide[(first + k) * stride + i]!;
      line[i] = sum;
    }
    if (hasAlpha) overAlpha(line, channels);
    for (let i = 0; i < stride; i++) out[row * stride + i] = Math.round(line[i]!);
  }
  return { width, height, channels, data: out };
}

/** Colours multiplied by their alpha, from 0 to 1. */
function timesAlpha({ channels, data }: DecodedPicture): Float64Array {
  const alpha = channels - 1;
  return Float64Array.from(data, (value, i) =>
    i % channels === alpha ? value : (value * data[i - (i % channels) + alpha]!) / 255,
  );
}

/** Takes that back, in place; where nothing is visible the colour is black. */
function overAlpha(line: Float64Array, channels: number): void {
  for (let i = 0; i < line.length; i += channels) {
    const alpha = line[i + channels - 1]!;
    for (let c = 0; c < channels - 1; c++) line[i + c] = alpha === 0 ? 0 : (line[i + c]! * 255) / alpha;
  }
}

/** For each output position the first input position and the weights from there: a triangle around the centre. */
function filter(from: number, to: number): { first: number; weights: number[] }[] {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, position) => {
    const centre = (position + 0.5) * scale;
    const first = Math.max(0, Math.ceil(centre - reach - 0.5));
    const last = Math.min(from - 1, Math.floor(centre + reach - 0.5));
    const weights = Array.from({ length: last - first + 1 }, (_, k) => 1 - Math.abs(first + k + 0.5 - centre) / reach);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}
