import type { DecodedPicture } from "@latentkit/core/pictures";

/** A picture as it was seen, from how the camera was held: Exif's orientation, 1 to 8. */
export function upright(picture: DecodedPicture, orientation: number): DecodedPicture {
  if (orientation === 1) return picture;
  const { width, height, channels, data } = picture;
  const turned = orientation >= 5;
  const [outWidth, outHeight] = turned ? [height, width] : [width, height];
  const out = new Uint8Array(data.length);
  for (let row = 0; row < outHeight; row++) {
    for (let column = 0; column < outWidth; column++) {
      const [x, y] = source(orientation, column, row, width - 1, height - 1);
      const from = (y * width + x) * channels;
      out.set(data.subarray(from, from + channels), (row * outWidth + column) * channels);
    }
  }
  return { width: outWidth, height: outHeight, channels, data: out };
}

/** Where a pixel of the upright picture lies in the stored one. */
function source(orientation: number, x: number, y: number, right: number, bottom: number): [number, number] {
  if (orientation === 2) return [right - x, y];
  if (orientation === 3) return [right - x, bottom - y];
  if (orientation === 4) return [x, bottom - y];
  if (orientation === 5) return [y, x];
  if (orientation === 6) return [y, bottom - x];
  if (orientation === 7) return [right - y, bottom - x];
  return [right - y, x];
}

/** A picture's mirror image, left and right exchanged. */
export function mirrored(picture: DecodedPicture): DecodedPicture {
  return upright(picture, 2);
}
