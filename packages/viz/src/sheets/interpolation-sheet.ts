import {
  check,
  checkShape,
  type Decodes,
  type Encodes,
  type GivenLike,
  type InterpolationPath,
  interpolateCodes,
} from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { inChunks } from "../internal/in-chunks.js";
import { GRID_OPTIONS, layOut } from "../internal/lay-out.js";
import type { ImageGridOptions } from "../picture/image-grid.js";
import type { Picture } from "../picture/picture.js";

/** Options of {@link interpolationSheet}. */
export interface InterpolationSheetOptions extends Omit<ImageGridOptions, "columns"> {
  /** Images on each path, both ends included; 10 unless given. */
  readonly steps?: number;
  /** How codes are joined; `linear` unless given. `spherical` suits codes of many dimensions with a Gaussian prior. */
  readonly path?: InterpolationPath;
  /** Conditions of a conditional model, one for all paths. */
  readonly given?: GivenLike;
}

/**
 * A sheet of morphs: each row goes from an image of `a` to an image of `b` through the model's code.
 *
 * **Shapes**: `a`, `b` `[pairs, height, width, 1 or 3]`.
 *
 * @throws ShapeError unless there are as many images in both; others as {@link imageGrid} and core's `interpolateCodes` do.
 * @example
 * ```ts
 * import { interpolationSheet } from "@latentkit/viz";
 * import * as tf from "@tensorflow/tfjs";
 * const model = {
 *   latentDim: 64,
 *   encode: (x: tf.Tensor) => tf.reshape(x, [-1, 64]) as tf.Tensor2D,
 *   decode: (z: tf.Tensor) => tf.reshape(z, [-1, 8, 8, 1]),
 * };
 * const sheet = await interpolationSheet(model, tf.zeros([2, 8, 8, 1]), tf.ones([2, 8, 8, 1]));
 * ```
 */
export async function interpolationSheet(
  model: Encodes & Decodes,
  a: tf.Tensor,
  b: tf.Tensor,
  options: InterpolationSheetOptions = {},
): Promise<Picture> {
  const { steps = 10, path = "linear", given, ...grid } = options;
  check("interpolationSheet").known(options, [
    "steps",
    "path",
    "given",
    ...GRID_OPTIONS.filter((name) => name !== "columns"),
  ]);
  checkShape("interpolationSheet", "b", b.shape, a.shape);
  const images = tf.tidy(() =>
    inChunks(interpolateCodes(model.encode(a, given), model.encode(b, given), steps, path), (z) =>
      model.decode(z, given),
    ),
  );
  try {
    return await layOut("interpolationSheet", images, { ...grid, columns: steps });
  } finally {
    images.dispose();
  }
}
