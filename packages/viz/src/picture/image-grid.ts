import type { Dataset } from "@latentkit/core";
import { resolveOptions } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { withImages } from "../internal/images.js";
import { layOut } from "../internal/lay-out.js";
import { GRID, type ImageGridOptions } from "./grid-options.js";
import type { Picture } from "./picture.js";

/** Examples of a dataset that are shown. */
const FIRST = 64;

/**
 * Lays images out on one sheet, row after row.
 *
 * Values outside `range` are clipped and counted in `clipped`, since decoders without a bounded output overshoot; NaN, and
 * whole numbers up to 255 where [0, 1] is expected, are refused.
 *
 * **Shapes**: `[count, height, width, 1 or 3]`, or a dataset of such images in `x`, of which the first 64 are shown.
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
export async function imageGrid(images: tf.Tensor | Dataset, options: ImageGridOptions = {}): Promise<Picture> {
  const grid = resolveOptions("imageGrid", GRID, options);
  return withImages("imageGrid", "images", images, FIRST, (shown) => layOut("imageGrid", shown, grid));
}
