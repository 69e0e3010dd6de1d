import { crc32 } from "./crc32.js";
import type { PngChunks, PngHeader, Refuse } from "./types.js";

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];

/** Depths that each kind of picture may have. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** Chunks that change what a pixel is. All others, profiles and texts among them, are stepped over without being decoded. */
const USED = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];

/** Walks over the chunks of a PNG file; nothing is decompressed, nothing copied. */
export function readChunks(bytes: Uint8Array, refuse: Refuse): PngChunks {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) refuse("begins otherwise");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: PngHeader | undefined;
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  const data: Uint8Array[] = [];
  for (let at = SIGNATURE.length; ; ) {
    if (at + 12 > bytes.length) refuse("is cut off");
    const length = view.getUint32(at);
    if (length > bytes.length - at - 12) refuse("is cut off");
    const name = String.fromCharCode(bytes[at + 4]!, bytes[at + 5]!, bytes[at + 6]!, bytes[at + 7]!);
    if (header === undefined && name !== "IHDR") refuse("has no header");
    if (USED.includes(name)) {
      const sum = crc32(bytes.subarray(at + 4, at + 8 + length));
      if (sum !== view.getUint32(at + 8 + length)) refuse(`has a wrong checksum in its chunk ${name}`);
    }
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (name === "IHDR") header = readHeader(content, header, refuse);
    else if (name === "PLTE") palette = content;
    else if (name === "tRNS") transparency = content;
    else if (name === "IDAT") data.push(content);
    else if (name === "IEND") break;
    else if (/^[A-Z]/.test(name)) refuse(`has an unknown chunk ${name} that it cannot be shown without`);
    at += 12 + length;
  }
  if (data.length === 0) refuse("has no pixels");
  checkColours(header!, palette, transparency, refuse);
  return { header: header!, palette, transparency, data };
}

function readHeader(content: Uint8Array, before: PngHeader | undefined, refuse: Refuse): PngHeader {
  if (before !== undefined || content.length !== 13) refuse("has a damaged header");
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, kind, compression, filter, interlace] = content.subarray(8) as unknown as number[];
  if (width === 0 || height === 0) refuse(`has ${height}×${width} pixels`);
  const known = DEPTHS[kind!]?.includes(depth!) === true;
  if (!known || compression !== 0 || filter !== 0 || interlace! > 1) {
    refuse(`has a header that no PNG has (depth ${depth}, kind ${kind})`);
  }
  return { width, height, depth: depth!, kind: kind!, interlaced: interlace === 1 };
}

function checkColours(
  { kind, depth }: PngHeader,
  palette: Uint8Array | undefined,
  transparency: Uint8Array | undefined,
  refuse: Refuse,
): void {
  const colours = (palette?.length ?? 0) / 3;
  if (kind === 3 && !(Number.isInteger(colours) && colours >= 1 && colours <= 2 ** depth)) {
    refuse("has no palette, or a damaged one");
  }
  if (transparency === undefined) return;
  const { length } = transparency;
  const fits = kind === 0 ? length === 2 : kind === 2 ? length === 6 : kind === 3 && length <= colours;
  if (!fits) refuse(`has ${length} bytes of transparency where its kind has none or others`);
}
