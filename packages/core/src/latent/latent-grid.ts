import * as tf from "@tensorflow/tfjs";
import { check } from "../check.js";
import { normalQuantile } from "./normal-quantile.js";

/** Where a {@link latentGrid} lies in a code of more than two dimensions. */
export interface LatentGridOptions {
  /** Size of the code. Default 2. The dimensions that the grid does not vary are 0, the prior's mean. */
  readonly latentDim?: number;
  /** The two dimensions to vary: across and up. Default the first two. */
  readonly dimensions?: readonly [number, number];
}

/**
 * Codes on a grid of equal prior probability: the unit square cut into cells, the centre of each mapped through the inverse
 * normal distribution function. Decoded, it shows the manifold that a model with two latent dimensions has learnt.
 *
 * **Shapes**: `[rows · columns, latentDim]`, row after row; the first dimension grows to the right, the second upwards.
 *
 * **Source**: Kingma and Welling, "Auto-Encoding Variational Bayes", 2014, appendix A, figure 4.
 * https://arxiv.org/abs/1312.6114
 *
 * @throws ConfigError for sizes below 1, or dimensions that are equal or outside the code.
 * @example
 * ```ts
 * import { latentGrid } from "@latentkit/core";
 * const codes = latentGrid(20, 20); // [400, 2]
 * ```
 */
export function latentGrid(columns: number, rows: number, options: LatentGridOptions = {}): tf.Tensor2D {
  const checker = check("latentGrid");
  checker.known(options, ["latentDim", "dimensions"]);
  const { latentDim = 2, dimensions = [0, 1] } = options;
  checker.integer("columns", columns, { min: 1 });
  checker.integer("rows", rows, { min: 1 });
  checker.integer("latentDim", latentDim, { min: 2 });
  checker.that("dimensions", dimensions, Array.isArray(dimensions) && dimensions.length === 2, "two dimensions");
  const [across, up] = dimensions;
  checker.integer("dimensions[0]", across, { min: 0, max: latentDim - 1 });
  checker.integer("dimensions[1]", up, { min: 0, max: latentDim - 1 });
  checker.that("dimensions", dimensions, across !== up, "two different dimensions");
  const codes = new Float32Array(rows * columns * latentDim);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const start = (row * columns + column) * latentDim;
      codes[start + across] = normalQuantile((column + 0.5) / columns);
      codes[start + up] = normalQuantile((rows - row - 0.5) / rows);
    }
  }
  return tf.tensor2d(codes, [rows * columns, latentDim]);
}
