import { check } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";
import { GRID_OPTIONS, layOut } from "../internal/lay-out.js";
import type { Color, Picture } from "./picture.js";

/** How images are laid out on a sheet. */
export interface ImageGridOptions {
  /** Images in a row; as many as make the sheet about square unless given. */
  readonly columns?: number;
  /** Side of the square that each pixel becomes; 2 unless given. */
  readonly upscale?: number;
  /** Pixels between images and around the sheet; 2 unless given. */
  readonly gap?: number;
  /** What shows between images; a light grey unless given. */
  readonly background?: Color;
  /** The values that become black and white; [0, 1] unless given. [−1, 1] suits a tanh generator. */
  readonly range?: readonly [number, number];
  /** A text under each image. */
  readonly labels?: readonly string[];
  /** A text beside each row. */
  readonly rowLabels?: readonly string[];
  /** A text above each column. */
  readonly columnLabels?: readonly string[];
}

/**
 * Lays images out on one sheet, row after row.
 *
 * Values outside `range` are clipped and counted in `clipped`, since decoders without a bounded output overshoot; NaN, and
 * whole numbers up to 255 where [0, 1] is expected, are refused.
 *
 * **Shapes**: `[count, height, width, 1 or 3]`.
 *
 * @throws ShapeError for another rank or number of channels; DataError for no images, NaN or undivided bytes; ConfigError for
 *   options out of range.
 * @example
 * ```ts
 * import { encodePng, imageGrid } from "@latentkit/viz";
 * import * as tf from "@tensorflow/tfjs";
 * const sheet = await imageGrid(tf.linspace(0, 1, 6 * 8 * 8).reshape([6, 8, 8, 1]), { columns: 3, upscale: 4 });
 * const png = encodePng(sheet); // Uint8Array; savePicture(sheet, "sheet.png") writes it
 * ```
 */
export async function imageGrid(images: tf.Tensor, options: ImageGridOptions = {}): Promise<Picture> {
  check("imageGrid").known(options, GRID_OPTIONS);
  return layOut("imageGrid", images, options);
}
