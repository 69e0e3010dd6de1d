import type { Color, Picture } from "../picture/picture.js";
import { drawText } from "./pixel-font.js";

/** A colour as the bytes of one pixel. */
export function pixelOf(color: Color, channels: 1 | 3): readonly number[] {
  const bytes = typeof color === "number" ? [color, color, color] : color;
  if (channels === 3) return bytes;
  // Luma of a colour on a grey sheet, Rec. 601.
  return [Math.round(0.299 * bytes[0]! + 0.587 * bytes[1]! + 0.114 * bytes[2]!)];
}

/** A picture in the making. */
export class Drawing {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
  readonly #ink: number;

  constructor(width: number, height: number, channels: 1 | 3, background: readonly number[]) {
    this.width = width;
    this.height = height;
    this.channels = channels;
    this.data = new Uint8Array(width * height * channels);
    for (let i = 0; i < this.data.length; i++) this.data[i] = background[i % channels]!;
    // Text is dark on light and light on dark.
    this.#ink = background.reduce((sum, byte) => sum + byte, 0) / background.length > 127 ? 40 : 225;
  }

  /** Copies an image of as many channels to a place, each pixel as a square of side `upscale`. */
  place(x: number, y: number, image: ArrayLike<number>, width: number, height: number, upscale = 1): void {
    const { channels } = this;
    for (let row = 0; row < height * upscale; row++) {
      const from = Math.floor(row / upscale) * width;
      const to = (y + row) * this.width + x;
      for (let column = 0; column < width * upscale; column++) {
        const source = (from + Math.floor(column / upscale)) * channels;
        for (let c = 0; c < channels; c++) this.data[(to + column) * channels + c] = image[source + c]!;
      }
    }
  }

  /** Writes a line of text with its top left corner at a place; what would leave the picture is cut off. */
  write(x: number, y: number, text: string, scale: number): void {
    drawText(text, scale, (dx, dy) => {
      const [column, row] = [x + dx, y + dy];
      if (column < 0 || column >= this.width || row < 0 || row >= this.height) return;
      this.data.fill(
        this.#ink,
        (row * this.width + column) * this.channels,
        (row * this.width + column + 1) * this.channels,
      );
    });
  }

  finish(clipped: number): Picture {
    const { width, height, channels, data } = this;
    return { width, height, channels, data, clipped };
  }
}
