import { ConfigError } from "@latentkit/core";
import { check, choice, integer, listOf, maxOf, minOf, resolveOptions } from "@latentkit/core/authoring";
import { checkPicture } from "../internal/check-picture.js";
import { Drawing, pixelOf } from "../internal/drawing.js";
import { words } from "../internal/options.js";
import { textHeight, textWidth } from "../internal/pixel-font.js";
import { background as color } from "./grid-options.js";
import type { Color, Picture } from "./picture.js";

/** How pictures are put together. */
export interface StackOptions {
  /** `down` puts them below one another, `across` side by side. Default `down`. */
  readonly direction?: "across" | "down";
  /** Pixels between pictures. Default 0. */
  readonly gap?: number;
  /** What shows beside smaller pictures. Default a light grey. */
  readonly background?: Color;
  /** A text before each picture: to its left in a stack, above it in a row. */
  readonly labels?: readonly string[];
}

/** Pixels around a label. */
const SPACE = 4;

const OPTIONS = {
  direction: choice(["across", "down"], { default: "down" }),
  gap: integer({ min: 0, default: 0 }),
  background: color,
  labels: listOf(words, { default: [] }),
};

/**
 * Puts pictures together into one. It is a colour picture when one of them is.
 *
 * @throws ConfigError for no pictures or options out of range.
 * @example
 * ```ts
 * import { imageGrid, stackPictures } from "@latentkit/viz";
 * import * as tf from "@tensorflow/tfjs";
 * const [before, after] = [await imageGrid(tf.zeros([4, 8, 8, 1])), await imageGrid(tf.ones([4, 8, 8, 1]))];
 * const both = stackPictures([before, after], { direction: "across", labels: ["before", "after"] });
 * ```
 */
export function stackPictures(pictures: readonly Picture[], options: StackOptions = {}): Picture {
  const owner = "stackPictures";
  const { direction, gap, background, labels } = resolveOptions(owner, OPTIONS, options);
  check(owner).that("pictures", pictures, Array.isArray(pictures), "a list of pictures");
  if (pictures.length === 0) throw new ConfigError(`${owner}: expected at least one picture, received none.`);
  for (const picture of pictures) checkPicture(owner, picture);

  const down = direction === "down";
  const channels = pictures.some((picture) => picture.channels === 3) ? 3 : 1;
  const scale = minOf(pictures.map(({ height }) => height)) > 80 ? 2 : 1;
  const labelled = labels.length > 0;
  const before = down
    ? { x: labelled ? maxOf(labels.map((text) => textWidth(text, scale))) + 2 * SPACE : 0, y: 0 }
    : { x: 0, y: labelled ? textHeight(scale) + 2 * SPACE : 0 };
  const total = (sizes: readonly number[]): number => sizes.reduce((a, b) => a + b, 0) + gap * (sizes.length - 1);
  const [widths, heights] = [pictures.map(({ width }) => width), pictures.map(({ height }) => height)];
  const sheet = new Drawing(
    before.x + (down ? maxOf(widths) : total(widths)),
    before.y + (down ? total(heights) : maxOf(heights)),
    channels,
    pixelOf(background, channels),
  );
  let { x, y } = before;
  pictures.forEach((picture, i) => {
    sheet.place(x, y, withChannels(picture, channels), picture.width, picture.height);
    const text = labels[i] ?? "";
    if (down) {
      const middle = y + Math.floor((picture.height - textHeight(scale)) / 2);
      sheet.write(before.x - SPACE - textWidth(text, scale), middle, text, scale);
      y += picture.height + gap;
    } else {
      sheet.write(x, SPACE, text, scale);
      x += picture.width + gap;
    }
  });
  return sheet.finish(pictures.reduce((sum, { clipped }) => sum + clipped, 0));
}

function withChannels(picture: Picture, channels: 1 | 3): Uint8Array {
  if (picture.channels === channels) return picture.data;
  return Uint8Array.from({ length: picture.data.length * 3 }, (_, i) => picture.data[Math.floor(i / 3)]!);
}
