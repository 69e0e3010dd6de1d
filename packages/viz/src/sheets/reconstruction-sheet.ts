import { check, checkShape, type GivenLike, givenRows, type Reconstructs } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { inChunks } from "../internal/in-chunks.js";
import { GRID_OPTIONS, layOut } from "../internal/lay-out.js";
import type { ImageGridOptions } from "../picture/image-grid.js";
import type { Picture } from "../picture/picture.js";

/** Options of {@link reconstructionSheet}. */
export interface ReconstructionSheetOptions extends Omit<ImageGridOptions, "labels" | "rowLabels"> {
  /** Conditions of a conditional model, one for each image. */
  readonly given?: GivenLike;
}

/**
 * A sheet of images with the model's reconstruction below each: rows of images and rows of reconstructions in turn.
 *
 * **Shapes**: `x` `[count, height, width, 1 or 3]`.
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
  x: tf.Tensor,
  options: ReconstructionSheetOptions = {},
): Promise<Picture> {
  const owner = "reconstructionSheet";
  const checker = check(owner);
  checker.known(options, ["given", ...GRID_OPTIONS.filter((name) => name !== "labels" && name !== "rowLabels")]);
  checkShape(owner, "x", x.shape, [null, null, null, null]);
  const { given, ...grid } = options;
  const count = x.shape[0]!;
  const columns = Math.min(count, checker.integer("columns", options.columns ?? 10, { min: 1 }));
  const images = tf.tidy(() => {
    const reconstruction = inChunks(x, (part, start) =>
      model.reconstruct(part, givenRows(given, start, part.shape[0]!)),
    );
    checkShape(owner, "model.reconstruct(x)", reconstruction.shape, x.shape);
    return tf.concat([x, reconstruction]);
  });
  try {
    const rows = 2 * Math.ceil(count / columns);
    const rowLabels = Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? "in" : "out"));
    // Image i stands in the upper row of its pair of rows, its reconstruction i + count right below.
    return await layOut(owner, images, { ...grid, columns, rowLabels }, (image) => {
      const [below, i] = [Math.floor(image / count), image % count];
      return (2 * Math.floor(i / columns) + below) * columns + (i % columns);
    });
  } finally {
    images.dispose();
  }
}
