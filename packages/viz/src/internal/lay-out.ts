import { maxOf, type Resolved } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import type { GRID } from "../picture/grid-options.js";
import type { Picture } from "../picture/picture.js";
import { Drawing, pixelOf } from "./drawing.js";
import { shortenText, textHeight, textWidth } from "./pixel-font.js";
import { toPixels } from "./to-pixels.js";

/** Pixels between a label and its image. */
const LABEL_SPACE = 3;

/** Which cell of the grid an image takes, counted row after row. */
export type CellOf = (image: number, columns: number) => number;

/** Draws images in the cells of a grid; cells without an image show the background. */
export async function layOut(
  owner: string,
  images: tf.Tensor,
  options: Resolved<typeof GRID>,
  cellOf: CellOf = (image) => image,
): Promise<Picture> {
  const { upscale, gap, background, range, labels, rowLabels, columnLabels } = options;
  const { count, height, width, channels, data, clipped } = await toPixels(owner, images, range);
  const columns = Math.min(count, options.columns ?? Math.ceil(Math.sqrt(count)));
  const cells = Array.from({ length: count }, (_, image) => cellOf(image, columns));
  const rows = Math.floor(cells.reduce((last, cell) => Math.max(last, cell), 0) / columns) + 1;

  // Each cell carries the gap to its right and below; the gap to the left and above is the sheet's.
  const scale = Math.min(3, Math.max(1, Math.floor((width * upscale) / 64)));
  const line = textHeight(scale) + LABEL_SPACE;
  const labelWidth = maxOf(
    rowLabels.map((text) => textWidth(text, scale)),
    0,
  );
  const left = gap + (labelWidth > 0 ? labelWidth + LABEL_SPACE + gap : 0);
  const top = gap + (columnLabels.length > 0 ? line : 0);
  const cellWidth = width * upscale + gap;
  const cellHeight = height * upscale + gap + (labels.length > 0 ? line : 0);
  const paper = pixelOf(background, channels);
  const sheet = new Drawing(left + columns * cellWidth, top + rows * cellHeight, channels, paper);

  const size = height * width * channels;
  const centre = (text: string, x: number, y: number): void => {
    const shown = shortenText(text, scale, cellWidth - gap);
    sheet.write(x + Math.floor((cellWidth - gap - textWidth(shown, scale)) / 2), y, shown, scale);
  };
  cells.forEach((cell, image) => {
    const [x, y] = [left + (cell % columns) * cellWidth, top + Math.floor(cell / columns) * cellHeight];
    sheet.place(x, y, data.subarray(image * size, (image + 1) * size), width, height, upscale);
    centre(labels[image] ?? "", x, y + height * upscale + LABEL_SPACE);
  });
  columnLabels.slice(0, columns).forEach((text, column) => {
    centre(text, left + column * cellWidth, gap);
  });
  rowLabels.slice(0, rows).forEach((text, row) => {
    const middle = top + row * cellHeight + Math.round((height * upscale - textHeight(scale)) / 2);
    sheet.write(gap + labelWidth - textWidth(text, scale), middle, text, scale);
  });
  return sheet.finish(clipped);
}
