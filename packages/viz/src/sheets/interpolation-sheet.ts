import {
  type Compile,
  type Decodes,
  type Encodes,
  type GivenLike,
  type InterpolationPath,
  interpolateCodes,
} from "@latentkit/core";
import { checkShape, choice, integer, optional, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkImages, checkModel } from "../internal/images.js";
import { layOut } from "../internal/lay-out.js";
import { looks } from "../internal/looks.js";
import { compileOption, conditionsGiven } from "../internal/options.js";
import { GRID, type ImageGridOptions } from "../picture/grid-options.js";
import type { Picture } from "../picture/picture.js";

/** Options of {@link interpolationSheet}. */
export interface InterpolationSheetOptions extends Omit<ImageGridOptions, "columns"> {
  /** Images on each path, both ends included. Default 10. */
  readonly steps?: number;
  /** How codes are joined. Default `linear`. `spherical` suits codes of many dimensions with a Gaussian prior. */
  readonly path?: InterpolationPath;
  /** Conditions of a conditional model, one for all paths. */
  readonly given?: GivenLike;
  /** A run's `event.compile`, in a callback: the sheet is then computed as the run computes its steps. */
  readonly compile?: Compile;
}

const { columns: _, ...PASSED } = GRID;
const OPTIONS = {
  ...PASSED,
  steps: integer({ min: 2, default: 10 }),
  path: choice(["linear", "spherical"], { default: "linear" }),
  given: optional(conditionsGiven),
  compile: compileOption,
};

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
  const { steps, path, given, compile, ...grid } = resolveOptions("interpolationSheet", OPTIONS, options);
  checkModel("interpolationSheet", model, ["encode", "decode"]);
  checkImages("interpolationSheet", "a", a);
  checkImages("interpolationSheet", "b", b);
  checkShape("interpolationSheet", "b", b.shape, a.shape);
  const look = looks(model, compile);
  const ends = [await look.encode(a, given), await look.encode(b, given)] as const;
  const codes = tf.tidy(() => interpolateCodes(...ends, steps, path));
  const images = await look.decode(codes, given).finally(() => tf.dispose([codes, ...ends]));
  try {
    return await layOut("interpolationSheet", images, { ...grid, columns: steps });
  } finally {
    images.dispose();
  }
}
