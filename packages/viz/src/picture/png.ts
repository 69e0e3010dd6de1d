import { ConfigError } from "@latentkit/core";
import { check, integer, resolveOptions } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import { MAX_PIXELS, readPng } from "@latentkit/core/pictures";
import { encode } from "fast-png";
import { toBase64 } from "../internal/base64.js";
import { checkPicture } from "../internal/check-picture.js";
import type { Picture } from "./picture.js";

/**
 * A picture as the bytes of a PNG file, 8 bits a channel.
 *
 * @throws ConfigError for what is no picture.
 * @example
 * ```ts
 * import { encodePng } from "@latentkit/viz";
 * const png = encodePng({ width: 1, height: 1, channels: 1, data: Uint8Array.of(255), clipped: 0 });
 * ```
 */
export function encodePng(picture: Picture): Uint8Array {
  checkPicture("encodePng", picture);
  const { width, height, channels, data } = picture;
  return encode({ width, height, channels, data, depth: 8 });
}

/** Bounds of {@link decodePng}. */
export interface DecodePngOptions {
  /** Most pixels that the picture may have. Default 2²⁶. */
  readonly maxPixels?: number;
}

const DECODE_OPTIONS = { maxPixels: integer({ min: 1, default: MAX_PIXELS }) };

/**
 * A picture from the bytes of a PNG file of any kind and depth: grey or colour; transparency is dropped, 16 bits are rounded to 8.
 *
 * @throws DataError when the bytes are no PNG file, a damaged one, or one of more than `maxPixels`.
 * @example
 * ```ts
 * import { decodePng, encodePng } from "@latentkit/viz";
 * const png = encodePng({ width: 1, height: 1, channels: 1, data: Uint8Array.of(255), clipped: 0 });
 * decodePng(png).data; // [255]
 * ```
 */
export function decodePng(bytes: Uint8Array, options: DecodePngOptions = {}): Picture {
  const owner = "decodePng";
  check(owner).that("bytes", bytes, bytes instanceof Uint8Array, "the bytes of a PNG file, a Uint8Array");
  const picture = readPng(owner, bytes, resolveOptions(owner, DECODE_OPTIONS, options));
  const { width, height, channels: stored } = picture;
  const channels = stored < 3 ? 1 : 3;
  if (channels === stored) return { width, height, channels, data: picture.data, clipped: 0 };
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < channels; c++) data[i * channels + c] = picture.data[i * stored + c]!;
  }
  return { width, height, channels, data, clipped: 0 };
}

/**
 * A picture as a `data:` address, for `<img src>`.
 *
 * @example
 * ```ts
 * import { pngDataUrl } from "@latentkit/viz";
 * pngDataUrl({ width: 1, height: 1, channels: 1, data: Uint8Array.of(255), clipped: 0 }); // "data:image/png;base64,…"
 * ```
 */
export function pngDataUrl(picture: Picture): string {
  checkPicture("pngDataUrl", picture);
  return `data:image/png;base64,${toBase64(encodePng(picture))}`;
}

/**
 * Writes a picture as a PNG file, whole or not at all, and makes missing folders.
 *
 * @throws ConfigError for what is no picture or no path; UnsupportedError in a browser: use {@link pngDataUrl} or
 *   {@link drawOnCanvas} there.
 * @example
 * ```ts
 * import { savePicture } from "@latentkit/viz";
 * await savePicture({ width: 1, height: 1, channels: 1, data: Uint8Array.of(255), clipped: 0 }, "runs/first/dot.png");
 * ```
 */
export async function savePicture(picture: Picture, path: string): Promise<void> {
  const owner = "savePicture";
  if (typeof picture === "string") {
    throw new ConfigError(`${owner}: expected the picture first and its path after it: savePicture(picture, path).`);
  }
  checkPicture(owner, picture);
  check(owner).that("path", path, typeof path === "string" && path !== "", "the path of a file");
  await files.writeBytes(path, encodePng(picture));
}
