import type { Compile, Dataset, GivenLike, Reconstructs } from "@latentkit/core";
import { checkShape, integer, optional, type Resolved, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkModel, withImages } from "../internal/images.js";
import { layOut } from "../internal/lay-out.js";
import { looks } from "../internal/looks.js";
import { compileOption, conditionsGiven } from "../internal/options.js";
import { GRID, type ImageGridOptions } from "../picture/grid-options.js";
import type { Picture } from "../picture/picture.js";

/** Options of {@link reconstructionSheet}. */
export interface ReconstructionSheetOptions extends Omit<ImageGridOptions, "labels" | "rowLabels"> {
  /** Conditions of a conditional model, one for each image. */
  readonly given?: GivenLike;
  /** A run's `event.compile`, in a callback: the sheet is then computed as the run computes its steps. */
  readonly compile?: Compile;
}

/** Examples of a dataset that are shown. */
const FIRST = 50;
const { labels: _labels, rowLabels: _rows, ...PASSED } = GRID;
const OPTIONS = {
  ...PASSED,
  columns: integer({ min: 1, default: 10 }),
  given: optional(conditionsGiven),
  compile: compileOption,
};

/**
 * A sheet of images with the model's reconstruction below each: rows of images and rows of reconstructions in turn.
 *
 * **Shapes**: `x` `[count, height, width, 1 or 3]`, or a dataset of such images in `x`, of which the first 50 are shown.
 *
 * @throws ShapeError when reconstructions have another shape; others as {@link imageGrid} does.
 * @example
 * ```ts
 * import { reconstructionSheet } from "@latentkit/viz";
 * import * as tf from "@tensorflow/tfjs";
 * const model = { reconstruct: (x: tf.Tensor) => tf.mul(x, 0.5) };
 * const sheet = await reconstructionSheet(model, tf.ones([10, 8, 8, 1]), { columns: 10 });
 * ```
 */
export async function reconstructionSheet(
  model: Reconstructs,
  x: tf.Tensor | Dataset,
  options: ReconstructionSheetOptions = {},
): Promise<Picture> {
  const owner = "reconstructionSheet";
  const resolved = resolveOptions(owner, OPTIONS, options);
  checkModel(owner, model, ["reconstruct"]);
  return withImages(owner, "x", x, FIRST, (shown) => draw(owner, model, shown, resolved));
}

async function draw(
  owner: string,
  model: Reconstructs,
  x: tf.Tensor,
  { given, compile, ...grid }: Resolved<typeof OPTIONS>,
): Promise<Picture> {
  const count = x.shape[0]!;
  const columns = Math.min(count, grid.columns);
  const reconstruction = await looks(model, compile).reconstruct(x, given);
  let images = reconstruction;
  try {
    checkShape(owner, "model.reconstruct(x)", reconstruction.shape, x.shape);
    images = tf.concat([x, reconstruction]);
    const rows = 2 * Math.ceil(count / columns);
    const rowLabels = Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? "in" : "out"));
    // Image i stands in the upper row of its pair of rows, its reconstruction i + count right below.
    return await layOut(owner, images, { ...grid, columns, labels: [], rowLabels }, (image) => {
      const [below, i] = [Math.floor(image / count), image % count];
      return (2 * Math.floor(i / columns) + below) * columns + (i % columns);
    });
  } finally {
    tf.dispose([reconstruction, images]);
  }
}
