/** What the first bytes of a picture say, before anything is decoded. */
export interface PictureHeader {
  readonly format: "png" | "jpeg" | "gif" | "webp";
  readonly width: number;
  readonly height: number;
  /** How the camera was held, 1 to 8 as Exif counts; 1 is upright. Read from JPEG only. */
  readonly orientation: number;
}

/**
 * Format and size of a PNG, JPEG, GIF or WebP file.
 *
 * **Source** W3C, "PNG"; ITU-T T.81, annex B; JEITA CP-3451, "Exif"; CompuServe, "GIF89a"; RFC 9649, "WebP".
 *
 * @returns Nothing when the bytes are none of them, or end before they tell.
 */
export function pictureHeader(bytes: Uint8Array): PictureHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at: number, length: number): string => String.fromCharCode(...bytes.subarray(at, at + length));
  try {
    if (text(1, 3) === "PNG") return upright("png", view.getUint32(16), view.getUint32(20));
    if (text(0, 4) === "GIF8") return upright("gif", view.getUint16(6, true), view.getUint16(8, true));
    if (text(0, 4) === "RIFF" && text(8, 4) === "WEBP") return webp(view, text(12, 4));
    return view.getUint16(0) === 0xffd8 ? jpeg(view) : undefined;
  } catch (error) {
    // Beyond the last byte.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function upright(format: PictureHeader["format"], width: number, height: number): PictureHeader | undefined {
  return width > 0 && height > 0 ? { format, width, height, orientation: 1 } : undefined;
}

function webp(view: DataView, chunk: string): PictureHeader | undefined {
  const bits24 = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (chunk === "VP8X") return upright("webp", 1 + bits24(24), 1 + bits24(27));
  if (chunk === "VP8 ") return upright("webp", view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
  if (chunk !== "VP8L") return undefined;
  const bits = view.getUint32(21, true);
  return upright("webp", 1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff));
}

/** Goes from segment to segment up to the one that begins a frame. */
function jpeg(view: DataView): PictureHeader | undefined {
  let orientation = 1;
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    // Fill bytes, and markers without a length.
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return width > 0 && height > 0 ? { format: "jpeg", width, height, orientation } : undefined;
    } else if (marker === 0xd9 || marker === 0xda) return undefined;
    else {
      const length = view.getUint16(at + 2);
      if (marker === 0xe1) orientation = exifOrientation(view, at + 4, length - 2) ?? orientation;
      at += 2 + length;
    }
  }
}

const ORIENTATION = 0x0112;

function exifOrientation(view: DataView, start: number, length: number): number | undefined {
  if (length < 14 || view.getUint32(start) !== 0x45786966) return undefined;
  const tiff = start + 6;
  const little = view.getUint16(tiff) === 0x4949;
  const first = tiff + view.getUint32(tiff + 4, little);
  if (first + 2 > start + length) return undefined;
  const entries = view.getUint16(first, little);
  for (let i = 0; i < entries; i++) {
    const entry = first + 2 + 12 * i;
    if (entry + 12 > start + length) return undefined;
    if (view.getUint16(entry, little) !== ORIENTATION) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}
