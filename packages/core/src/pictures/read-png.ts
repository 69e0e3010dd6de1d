import { check } from "../check.js";
import { DataError } from "../errors.js";
import { inflate } from "./inflate.js";
import { readChunks } from "./png-chunks.js";
import { colours } from "./png-colours.js";
import { type Pass, passesOf, samplesOf, unfilter } from "./png-rows.js";
import type { DecodedPicture, PngHeader, Refuse } from "./types.js";

/** Most pixels that a picture has unless a caller allows more: 8192 × 8192. */
export const MAX_PIXELS: number = 2 ** 26;

/** Bounds of {@link readPng}. */
export interface ReadPngOptions {
  /** Most pixels that the picture may have. Default 2²⁶. */
  readonly maxPixels?: number;
}

/**
 * Decodes a PNG file of any kind and depth to bytes: grey levels of 1, 2 and 4 bits are spread over 0–255, 16 bits are rounded to
 * 8, palettes become colours, and a colour that the file declares transparent (`tRNS`) becomes an alpha channel.
 *
 * Sizes are read from the header and checked against `maxPixels`, and against what the compressed data can hold, before memory is
 * taken; profiles and texts in the file are not decompressed. Decompression is fflate's; the rest is written here because the
 * decoders at hand decompress whatever a file holds before they look at its size, read interlaced pictures of fewer than 8 bits
 * wrongly, or need Node.js.
 *
 * **Source** W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", 2025. https://www.w3.org/TR/png-3/
 *
 * @param source - What to call the file in messages, after the function that reads it: `imageFolder: cats/1.png`.
 * @throws DataError when the bytes are no PNG file, are damaged, hold fewer or more rows than the header says, or too many pixels.
 * @example
 * ```ts no-run
 * import { readPng } from "@latentkit/core/pictures";
 * import { readFile } from "node:fs/promises";
 * const { width, height, channels, data } = readPng("cat.png", await readFile("cat.png"));
 * ```
 */
export function readPng(source: string, bytes: Uint8Array, options: ReadPngOptions = {}): DecodedPicture {
  const { maxPixels = MAX_PIXELS } = options;
  check("readPng").integer("maxPixels", maxPixels, { min: 1 });
  const refuse: Refuse = (what, cause) => {
    throw new DataError(
      `${source}: expected a whole PNG file, received one that ${what}; replace or remove it.`,
      cause,
    );
  };
  const chunks = readChunks(bytes, refuse);
  const { header } = chunks;
  const { width, height } = header;
  if (width * height > maxPixels) {
    throw new DataError(
      `${source}: expected a picture of at most ${maxPixels} pixels, received ${height}×${width}; make it smaller, or allow more with \`maxPixels\`.`,
    );
  }
  const passes = passesOf(header);
  const length = passes.reduce((sum, pass) => sum + pass.height * (pass.stride + 1), 0);
  const rows = inflate(chunks.data, length, refuse);
  const { channels, paint } = colours(chunks, refuse);
  const data = new Uint8Array(width * height * channels);
  const pixelBytes = Math.max(1, (samplesOf(header) * header.depth) >> 3);
  let start = 0;
  for (const pass of passes) {
    unfilter(rows, start, pass, pixelBytes, refuse);
    eachPixel(rows, start, pass, header, (samples, x, y) => paint(samples, data, (y * width + x) * channels));
    start += pass.height * (pass.stride + 1);
  }
  return { width, height, channels, data };
}

/** Calls for every pixel of a pass with its samples, in an array that is used again, and its place in the picture. */
function eachPixel(
  rows: Uint8Array,
  start: number,
  { x, y, dx, dy, width, height, stride }: Pass,
  header: PngHeader,
  visit: (samples: ArrayLike<number>, x: number, y: number) => void,
): void {
  const { depth } = header;
  const count = samplesOf(header);
  const samples = new Uint16Array(count);
  const mask = 2 ** depth - 1;
  for (let row = 0; row < height; row++) {
    const at = start + row * (stride + 1) + 1;
    for (let column = 0; column < width; column++) {
      for (let c = 0; c < count; c++) {
        const i = column * count + c;
        if (depth === 8) samples[c] = rows[at + i]!;
        else if (depth === 16) samples[c] = (rows[at + 2 * i]! << 8) | rows[at + 2 * i + 1]!;
        else samples[c] = (rows[at + ((i * depth) >> 3)]! >> (8 - depth - ((i * depth) & 7))) & mask;
      }
      visit(samples, x + column * dx, y + row * dy);
    }
  }
}
