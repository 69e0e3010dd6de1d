import type { PngChunks, Refuse } from "./types.js";

/** Writes the colour of one pixel, from its samples as they are in the file, to a place in a picture. */
export type Paint = (samples: ArrayLike<number>, out: Uint8Array, at: number) => void;

/** Channels of the decoded picture, and what writes them. A colour that the file declares transparent gives an alpha channel. */
export function colours(
  { header, palette, transparency }: PngChunks,
  refuse: Refuse,
): { readonly channels: 1 | 2 | 3 | 4; readonly paint: Paint } {
  const { kind, depth } = header;
  if (kind === 3) return fromPalette(palette!, transparency, refuse);
  const largest = 2 ** depth - 1;
  const toByte = (sample: number): number => (depth === 8 ? sample : Math.round((sample * 255) / largest));
  const own = kind === 0 ? 1 : kind === 4 ? 2 : kind === 2 ? 3 : 4;
  const key = transparency && keyOf(transparency, depth);
  const channels = (key === undefined ? own : own + 1) as 1 | 2 | 3 | 4;
  return {
    channels,
    paint(samples, out, at) {
      for (let c = 0; c < own; c++) out[at + c] = toByte(samples[c]!);
      if (key !== undefined) out[at + own] = key.every((value, c) => samples[c] === value) ? 0 : 255;
    },
  };
}

/** The transparent colour as samples. Those of fewer than 16 bits are written in 16 and only their own bits count. */
function keyOf(transparency: Uint8Array, depth: number): number[] {
  const mask = 2 ** depth - 1;
  return Array.from({ length: transparency.length / 2 }, (_, i) => {
    return ((transparency[2 * i]! << 8) | transparency[2 * i + 1]!) & mask;
  });
}

function fromPalette(
  palette: Uint8Array,
  alpha: Uint8Array | undefined,
  refuse: Refuse,
): { readonly channels: 3 | 4; readonly paint: Paint } {
  const channels = alpha === undefined ? 3 : 4;
  return {
    channels,
    paint(samples, out, at) {
      const index = samples[0]!;
      if (3 * index >= palette.length) refuse(`has a pixel of colour ${index}, which its palette lacks`);
      for (let c = 0; c < 3; c++) out[at + c] = palette[3 * index + c]!;
      if (alpha !== undefined) out[at + 3] = alpha[index] ?? 255;
    },
  };
}
