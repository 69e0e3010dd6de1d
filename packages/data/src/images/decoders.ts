import { DataError, UnsupportedError } from "@latentkit/core";
import { type DecodedPicture, readPng } from "@latentkit/core/pictures";
import { optionalModule } from "../drawn/optional-module.js";
import { type PictureHeader, pictureHeader } from "./header.js";
import { upright } from "./turn.js";

/** Decodes the bytes of one picture. `source` is what to call it in messages. */
export type Decode = (source: string, bytes: Uint8Array) => Promise<DecodedPicture>;

/** What can be decoded here. */
export interface Decoder {
  /** Name of what decodes JPEG, which what was kept depends on: decoders round differently. */
  readonly name: string;
  readonly decode: Decode;
}

type Sharp = (bytes: Uint8Array, options: object) => SharpPicture;
interface SharpPicture {
  metadata(): Promise<{ readonly space?: string }>;
  rotate(): SharpPicture;
  toColourspace(space: string): SharpPicture;
  raw(): SharpPicture;
  toBuffer(options: { readonly resolveWithObject: true }): Promise<{
    readonly data: Uint8Array;
    readonly info: { readonly width: number; readonly height: number; readonly channels: 1 | 2 | 3 | 4 };
  }>;
}
interface JpegJs {
  decode(
    bytes: Uint8Array,
    options: object,
  ): { readonly width: number; readonly height: number; readonly data: Uint8Array };
}

/** The decoders that are installed: `sharp` for all formats, else `jpeg-js` for JPEG; PNG needs neither. */
export async function loadDecoder(owner: string, maxPixels: number): Promise<Decoder> {
  const sharp = await load<{ readonly default: Sharp } | Sharp>(owner, "sharp");
  const jpeg = sharp === undefined ? await load<JpegJs>(owner, "jpeg-js") : undefined;
  const decodeOther = (source: string, bytes: Uint8Array, header: PictureHeader): Promise<DecodedPicture> => {
    if (sharp !== undefined) return withSharp(typeof sharp === "function" ? sharp : sharp.default, bytes, maxPixels);
    if (jpeg !== undefined && header.format === "jpeg") return withJpegJs(jpeg, bytes, header.orientation, maxPixels);
    const more = header.format === "jpeg" ? ", or slower npm install jpeg-js" : "";
    throw new UnsupportedError(`${source}: ${header.format} is read by sharp: npm install sharp${more}.`);
  };
  return {
    name: sharp === undefined ? "jpeg-js" : "sharp",
    async decode(source, bytes) {
      const header = checkedHeader(source, bytes, maxPixels);
      if (header === undefined || header.format === "png") return readPng(source, bytes, { maxPixels });
      try {
        return await decodeOther(source, bytes, header);
      } catch (cause) {
        if (cause instanceof UnsupportedError) throw cause;
        throw new DataError(
          `${source}: expected a whole ${header.format} file, received one that cannot be decoded: ${(cause as Error).message}; replace or remove it.`,
          { cause },
        );
      }
    },
  };
}

/**
 * Format and size of a picture, once its size is known to be allowed.
 *
 * @returns Nothing for a PNG file that ends early, of which the reader of PNG says more.
 * @throws DataError when the bytes are no picture, or one of too many pixels.
 */
export function checkedHeader(source: string, bytes: Uint8Array, maxPixels: number): PictureHeader | undefined {
  const header = pictureHeader(bytes);
  if (header === undefined) {
    if (/\.png$/i.test(source)) return undefined;
    throw new DataError(
      `${source}: expected a whole PNG, JPEG, WebP or GIF file, received one that begins otherwise; replace or remove it.`,
    );
  }
  if (header.width * header.height <= maxPixels) return header;
  throw new DataError(
    `${source}: expected a picture of at most ${maxPixels} pixels, received ${header.height}×${header.width}; make it smaller, or allow more with \`maxPixels\`.`,
  );
}

async function load<T extends object>(owner: string, name: string): Promise<T | undefined> {
  try {
    return await optionalModule<T>(owner, name, undefined);
  } catch (error) {
    if (error instanceof UnsupportedError) return undefined;
    throw error;
  }
}

/** The first frame, upright, in 8 bits: grey stays grey, everything else becomes sRGB. */
async function withSharp(sharp: Sharp, bytes: Uint8Array, maxPixels: number): Promise<DecodedPicture> {
  // The header says the size of the first frame's canvas; this bounds what the decoder finds by itself.
  const picture = sharp(bytes, { limitInputPixels: maxPixels, failOn: "error", pages: 1 });
  const { space } = await picture.metadata();
  const grey = space === "b-w" || space === "grey16";
  const { data, info } = await picture
    .rotate()
    .toColourspace(grey ? "b-w" : "srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { width, height, channels, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

function withJpegJs(jpeg: JpegJs, bytes: Uint8Array, orientation: number, maxPixels: number): Promise<DecodedPicture> {
  const maxMegabytes = 64 + (maxPixels * 32) / 2 ** 20;
  const { width, height, data } = jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    maxResolutionInMP: maxPixels / 1e6,
    maxMemoryUsageInMB: maxMegabytes,
  });
  // Grey comes as three equal colours: it is grey again where all pixels are.
  const grey = data.every((value, i) => value === data[i - (i % 3)]);
  const picture = grey
    ? { width, height, channels: 1 as const, data: data.filter((_, i) => i % 3 === 0) }
    : { width, height, channels: 3 as const, data };
  return Promise.resolve(upright(picture, orientation));
}
