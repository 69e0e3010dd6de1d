import { DataError } from "@latentkit/core";
import type { DecodedPicture } from "@latentkit/core/pictures";
import type { ImageSettings } from "./options.js";
import { withChannels } from "./picture.js";
import { cropTo, middle, resize } from "./resize.js";

/** A decoded picture as the dataset keeps it: cut, in its channels, in its size. */
export function fitted(source: string, decoded: DecodedPicture, settings: ImageSettings): DecodedPicture {
  const { crop, fit, background, channels = decoded.channels < 3 ? 1 : 3 } = settings;
  if (crop !== undefined && (crop[0] > decoded.height || crop[1] > decoded.width)) {
    throw new DataError(
      `${source}: expected at least ${crop.join("×")} pixels, as \`crop\` says, received ${decoded.height}×${decoded.width}; crop less, or remove it.`,
    );
  }
  const cut = crop === undefined ? decoded : middle(decoded, crop[0], crop[1]);
  const picture = withChannels(cut, channels, background);
  if (settings.resize === undefined) return picture;
  const [height, width] = settings.resize;
  if (fit === "contain") return contained(picture, height, width, background);
  return resize(fit === "cover" ? cropTo(picture, height, width) : picture, height, width);
}

/** All of a picture in another size, in the middle of a background. */
function contained(picture: DecodedPicture, height: number, width: number, background: number): DecodedPicture {
  const scale = Math.min(height / picture.height, width / picture.width);
  const inner = resize(
    picture,
    Math.max(1, Math.round(picture.height * scale)),
    Math.max(1, Math.round(picture.width * scale)),
  );
  const { channels } = inner;
  // Stripes of a picture with alpha are transparent.
  const data = new Uint8Array(height * width * channels).fill(channels === 4 ? 0 : Math.round(background));
  const [top, left] = [(height - inner.height) >> 1, (width - inner.width) >> 1];
  const stride = inner.width * channels;
  for (let row = 0; row < inner.height; row++) {
    data.set(inner.data.subarray(row * stride, (row + 1) * stride), ((top + row) * width + left) * channels);
  }
  return { width, height, channels, data };
}
