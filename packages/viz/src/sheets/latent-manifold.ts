import { type Compile, type Decodes, type GivenLike, latentGrid } from "@latentkit/core";
import { check, instance, integer, optional, resolveOptions, withDefault } from "@latentkit/core/authoring";
import { checkModel } from "../internal/images.js";
import { layOut } from "../internal/lay-out.js";
import { looks } from "../internal/looks.js";
import { compileOption, conditionsGiven } from "../internal/options.js";
import { GRID, type ImageGridOptions } from "../picture/grid-options.js";
import type { Picture } from "../picture/picture.js";

/** Options of {@link latentManifold}. */
export interface LatentManifoldOptions extends Omit<ImageGridOptions, "labels" | "rowLabels" | "columnLabels"> {
  /** Images across. Default 20. */
  readonly columns?: number;
  /** Images down. Default as many as across. */
  readonly rows?: number;
  /** In a code of more than two dimensions: the two to vary, across and up; the others are 0. Default the first two. */
  readonly dimensions?: readonly [number, number];
  /** Conditions of a conditional model, one for all images. */
  readonly given?: GivenLike;
  /** A run's `event.compile`, in a callback: the sheet is then computed as the run computes its steps. */
  readonly compile?: Compile;
}

const { labels: _labels, rowLabels: _rows, columnLabels: _columns, ...PASSED } = GRID;
const OPTIONS = {
  ...PASSED,
  upscale: withDefault(GRID.upscale, 1),
  gap: withDefault(GRID.gap, 0),
  columns: integer({ min: 1, default: 20 }),
  rows: optional(integer({ min: 1 })),
  dimensions: withDefault(
    instance<readonly [number, number]>(
      "two different dimensions",
      (given) => Array.isArray(given) && given.length === 2 && given.every(Number.isInteger) && given[0] !== given[1],
    ),
    [0, 1],
  ),
  given: optional(conditionsGiven),
  compile: compileOption,
};

/**
 * One image of the manifold that a model with a two-dimensional code has learnt: the decoded points of a grid of equal prior
 * probability, without gaps unless asked.
 *
 * **Source**: Kingma and Welling, "Auto-Encoding Variational Bayes", 2014, appendix A, figure 4.
 * https://arxiv.org/abs/1312.6114
 *
 * @throws ConfigError for a code of one dimension or options out of range; others as {@link imageGrid} does.
 * @example
 * ```ts
 * import { latentManifold } from "@latentkit/viz";
 * import * as tf from "@tensorflow/tfjs";
 * const model = { latentDim: 2, decode: (z: tf.Tensor) => tf.sigmoid(tf.reshape(tf.tile(z, [1, 8]), [-1, 4, 4, 1])) };
 * const picture = await latentManifold(model, { columns: 10 });
 * ```
 */
export async function latentManifold(model: Decodes, options: LatentManifoldOptions = {}): Promise<Picture> {
  const { rows: down, dimensions, given, compile, ...grid } = resolveOptions("latentManifold", OPTIONS, options);
  const { columns } = grid;
  const rows = down ?? columns;
  checkModel("latentManifold", model, ["decode"]);
  check("latentManifold").integer("model.latentDim", model.latentDim, { min: 2 });
  const codes = latentGrid(columns, rows, { latentDim: model.latentDim, dimensions });
  const images = await looks(model, compile)
    .decode(codes, given)
    .finally(() => codes.dispose());
  try {
    return await layOut("latentManifold", images, { ...grid, labels: [], rowLabels: [], columnLabels: [] });
  } finally {
    images.dispose();
  }
}
