import { DataError } from "@latentkit/core";
import type { DecodedPng } from "fast-png";

/** A picture in bytes: grey (1), grey and alpha (2), colour (3), or colour and alpha (4), row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/**
 * Decodes a PNG of any depth to bytes.
 *
 * @param file - What to call it in messages.
 * @throws DataError when the bytes are no PNG, or a damaged one.
 */
export async function decodePicture(file: string, bytes: Uint8Array): Promise<Picture> {
  // Loaded when needed, so that pages which read no folder need no decoder.
  const { convertIndexedToRgb, decode } = await import("fast-png");
  try {
    const png = decode(bytes, { checkCrc: true });
    const { width, height, palette } = png;
    if (palette !== undefined) {
      return { width, height, channels: palette[0]!.length, data: convertIndexedToRgb(png) };
    }
    return { width, height, channels: png.channels, data: toBytes(png) };
  } catch (cause) {
    throw new DataError(
      `imageFolder: expected ${file} to be a PNG file, received a damaged or another one: ${(cause as Error).message}. Replace or remove it.`,
      { cause },
    );
  }
}

/** Values of 1, 2, 4, 8 or 16 bits as bytes. Fewer than eight bits come packed, each row from a new byte. */
function toBytes({ width, height, channels, depth, data }: DecodedPng): Uint8Array {
  if (depth === 8) return data as Uint8Array;
  if (depth === 16) return Uint8Array.from(data, (value) => Math.round(value / 257));
  const largest = 2 ** depth - 1;
  const stride = Math.ceil((width * channels * depth) / 8);
  return Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const bit = (i % (width * channels)) * depth;
    const byte = data[Math.floor(i / (width * channels)) * stride + (bit >> 3)]!;
    return (((byte >> (8 - depth - (bit & 7))) & largest) * 255) / largest;
  });
}

/**
 * A picture with another number of channels.
 *
 * @param channels - 1: luma by ITU-R BT.601; 3: colour; 4: colour and alpha. For 1 and 3 alpha is laid over `background`.
 * @param background - Grey value from 0 to 255.
 */
export function withChannels(picture: Picture, channels: 1 | 3 | 4, background: number): Picture {
  if (picture.channels === channels) return picture;
  const { width, height, channels: own, data } = picture;
  const out = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const colours = own < 3 ? 1 : 3;
    const alpha = own === 2 || own === 4 ? data[i * own + own - 1]! : 255;
    const part = channels === 4 ? 1 : alpha / 255;
    const colour = (c: number): number => part * data[i * own + Math.min(c, colours - 1)]! + (1 - part) * background;
    if (channels === 1) {
      out[i] = Math.round(colours === 1 ? colour(0) : 0.299 * colour(0) + 0.587 * colour(1) + 0.114 * colour(2));
      continue;
    }
    for (let c = 0; c < 3; c++) out[i * channels + c] = Math.round(colour(c));
    if (channels === 4) out[i * 4 + 3] = alpha;
  }
  return { width, height, channels, data: out };
}
