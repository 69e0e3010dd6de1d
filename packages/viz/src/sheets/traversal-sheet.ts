import { type Compile, type Decodes, type GivenLike, traversalCodes } from "@latentkit/core";
import {
  check,
  checkShape,
  checkTensor,
  integer,
  listOf,
  number,
  optional,
  resolveOptions,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkModel } from "../internal/images.js";
import { layOut } from "../internal/lay-out.js";
import { looks } from "../internal/looks.js";
import { compileOption, conditionsGiven } from "../internal/options.js";
import { GRID, type ImageGridOptions } from "../picture/grid-options.js";
import type { Picture } from "../picture/picture.js";

/** Options of {@link traversalSheet}. */
export interface TraversalSheetOptions
  extends Omit<ImageGridOptions, "columns" | "labels" | "rowLabels" | "columnLabels"> {
  /** Dimensions to show, a row each. Default all, at most the first 20. */
  readonly dimensions?: readonly number[];
  /** What a dimension becomes from left to right. Default −3 to 3 in nine steps. */
  readonly values?: readonly number[];
  /** Conditions of a conditional model, one for all images. */
  readonly given?: GivenLike;
  /** A run's `event.compile`, in a callback: the sheet is then computed as the run computes its steps. */
  readonly compile?: Compile;
}

/** Nine steps over the middle 99.7 % of a standard normal prior. */
const VALUES: readonly number[] = Array.from({ length: 9 }, (_, i) => -3 + (6 * i) / 8);

const { columns: _, labels: _labels, rowLabels: _rows, columnLabels: _columns, ...PASSED } = GRID;
const OPTIONS = {
  ...PASSED,
  dimensions: optional(listOf(integer({ min: 0 }))),
  values: listOf(number(), { minLength: 1, default: VALUES }),
  given: optional(conditionsGiven),
  compile: compileOption,
};

/**
 * A sheet that shows what each latent dimension means: a row for each, in which only that dimension changes.
 *
 * **Shapes**: `code` `[1, latentDim]`.
 *
 * **Source**: Higgins et al., "β-VAE", 2017, figure 2. https://openreview.net/forum?id=Sy2fzU9gl
 *
 * @throws ShapeError unless there is one code; ConfigError for dimensions outside it; others as {@link imageGrid} does.
 * @example
 * ```ts
 * import { traversalSheet } from "@latentkit/viz";
 * import * as tf from "@tensorflow/tfjs";
 * const model = { latentDim: 4, decode: (z: tf.Tensor) => tf.sigmoid(tf.reshape(z, [-1, 2, 2, 1])) };
 * const sheet = await traversalSheet(model, tf.zeros([1, 4]), { upscale: 8 });
 * ```
 */
export async function traversalSheet(
  model: Decodes,
  code: tf.Tensor,
  options: TraversalSheetOptions = {},
): Promise<Picture> {
  const { dimensions, values, given, compile, ...grid } = resolveOptions("traversalSheet", OPTIONS, options);
  const checker = check("traversalSheet");
  checkModel("traversalSheet", model, ["decode"]);
  checker.integer("model.latentDim", model.latentDim, { min: 1 });
  checkTensor("traversalSheet", "code", code);
  checkShape("traversalSheet", "code", code.shape, [1, model.latentDim]);
  const rows = dimensions ?? Array.from({ length: Math.min(20, model.latentDim) }, (_, i) => i);
  checker.that("dimensions", rows, rows.length > 0, "at least one dimension");
  const codes = tf.tidy(() => tf.concat(rows.map((dimension) => traversalCodes(code, dimension, values))));
  const images = await looks(model, compile)
    .decode(codes, given)
    .finally(() => codes.dispose());
  try {
    return await layOut("traversalSheet", images, {
      ...grid,
      labels: [],
      columns: values.length,
      rowLabels: rows.map((dimension) => `z${dimension}`),
      columnLabels: values.map((value) => String(Number(value.toFixed(2)))),
    });
  } finally {
    images.dispose();
  }
}
