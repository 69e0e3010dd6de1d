import type { DecodedPicture } from "@latentkit/core/pictures";

/**
 * A picture with another number of channels.
 *
 * @param channels - 1: luma by ITU-R BT.601; 3: colour; 4: colour and alpha. For 1 and 3 alpha is laid over `background`.
 * @param background - Grey value from 0 to 255.
 */
export function withChannels(picture: DecodedPicture, channels: 1 | 3 | 4, background: number): DecodedPicture {
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
