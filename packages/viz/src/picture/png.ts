import { DataError } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import { decode, encode } from "fast-png";
import { toBase64 } from "../internal/base64.js";
import type { Picture } from "./picture.js";

/**
 * A picture as the bytes of a PNG file, 8 bits a channel.
 *
 * @example
 * ```ts
 * import { encodePng } from "@latentkit/viz";
 * const png = encodePng({ width: 1, height: 1, channels: 1, data: Uint8Array.of(255), clipped: 0 });
 * ```
 */
export function encodePng(picture: Picture): Uint8Array {
  const { width, height, channels, data } = picture;
  return encode({ width, height, channels, data, depth: 8 });
}

/**
 * A picture from the bytes of a PNG file: grey or colour; transparency is dropped, 16 bits are cut to 8.
 *
 * @throws DataError when the bytes are no PNG file, or a damaged one.
 * @example
 * ```ts
 * import { decodePng, encodePng } from "@latentkit/viz";
 * const png = encodePng({ width: 1, height: 1, channels: 1, data: Uint8Array.of(255), clipped: 0 });
 * decodePng(png).data; // [255]
 * ```
 */
export function decodePng(bytes: Uint8Array): Picture {
  let decoded: ReturnType<typeof decode>;
  try {
    decoded = decode(bytes, { checkCrc: true });
  } catch (cause) {
    throw new DataError(
      `decodePng: expected a whole PNG file, received ${bytes.length} bytes: ${(cause as Error).message}.`,
      {
        cause,
      },
    );
  }
  const { width, height, data, depth, palette } = decoded;
  const pixels = width * height;
  if (palette !== undefined) {
    const colors = new Uint8Array(pixels * 3);
    for (let i = 0; i < pixels; i++) colors.set(palette[data[i]!]!.slice(0, 3), i * 3);
    return { width, height, channels: 3, data: colors, clipped: 0 };
  }
  const stored = decoded.channels;
  const channels = stored < 3 ? 1 : 3;
  const out = new Uint8Array(pixels * channels);
  const shift = depth === 16 ? 8 : 0;
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < channels; c++) out[i * channels + c] = data[i * stored + c]! >> shift;
  }
  return { width, height, channels, data: out, clipped: 0 };
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
  return `data:image/png;base64,${toBase64(encodePng(picture))}`;
}

/**
 * Writes a picture as a PNG file, whole or not at all, and makes missing folders.
 *
 * @throws UnsupportedError in a browser: use {@link pngDataUrl} or {@link drawOnCanvas} there.
 * @example
 * ```ts
 * import { savePicture } from "@latentkit/viz";
 * await savePicture("runs/first/dot.png", { width: 1, height: 1, channels: 1, data: Uint8Array.of(255), clipped: 0 });
 * ```
 */
export async function savePicture(path: string, picture: Picture): Promise<void> {
  await files.writeBytes(path, encodePng(picture));
}
