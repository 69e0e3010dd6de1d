import { choice, either, integer, listOf, optional, resolveOptions } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import type { ArrayDataset } from "../array-dataset.js";
import { DRAWS, record } from "../internal/options.js";
import { store } from "../internal/store.js";
import { drawShape, type ShapeName } from "./draw-shape.js";
import { chooseClasses, describeFactors, type Factor, type Levels } from "./shape-factors.js";

/** Batches of shapes with the factors that they were drawn from. */
export type ShapesBatch = Readonly<{
  /** Pictures, float32 `[batch, size, size, 1]` in [0, 1], white on black. */
  x: tf.Tensor4D;
  /** Number of the shape, int32 `[batch]`: the first factor again, for conditional models and classifiers. */
  label: tf.Tensor1D;
  /** Class number of each factor, int32 `[batch, 5]`. */
  factors: tf.Tensor2D;
  /** Value of each factor, float32 `[batch, 5]`. */
  values: tf.Tensor2D;
}>;

/** What is known of a dataset of shapes. */
export interface ShapesInfo {
  /** What each shape's number stands for. */
  readonly classNames: readonly ShapeName[];
  /** The factors in the order of the columns of `factors` and `values`. */
  readonly factors: readonly Factor[];
}

/** Options of {@link shapes}. */
export interface ShapesOptions {
  /** Pictures with factors drawn at random, or `all` combinations, the last factor changing fastest. Default 10,000. */
  readonly count?: number | "all";
  /** Default 0. */
  readonly seed?: number;
  /** Class numbers of the five factors of each picture, instead of `count` and `seed`. */
  readonly factors?: readonly (readonly number[])[];
  /** Side of a picture in pixels. Default 64. */
  readonly size?: number;
  /** Shapes to draw. Default square, ellipse, heart and triangle. */
  readonly kinds?: readonly ShapeName[];
  /** Values of each other factor. Default scale 6, rotation 40, x 32 and y 32. A factor with 1 value is constant. */
  readonly levels?: Readonly<Partial<Record<"scale" | "rotation" | "x" | "y", number>>>;
}

/** Radius of the largest shape as a share of the picture. */
const RADIUS = 0.2;
const KINDS: readonly ShapeName[] = ["square", "ellipse", "heart", "triangle"];
const OPTIONS = {
  count: optional(either(integer({ min: 1 }), choice(["all"]))),
  seed: DRAWS.seed,
  factors: optional(listOf(listOf(integer({ min: 0 })))),
  size: integer({ min: 8, default: 64 }),
  kinds: listOf(choice(KINDS), { minLength: 1, default: KINDS }),
  levels: optional(record<Levels>("numbers of values, such as { x: 32 }")),
};

/**
 * Squares, ellipses, hearts and triangles whose shape, scale, rotation, x and y are independent and known: for measures of
 * disentanglement.
 *
 * Like dSprites, with a triangle, with soft edges, and without its second copy of the rotation by 0. As there, a square
 * that turns by a quarter and an ellipse that turns by half look the same.
 *
 * **Shapes** `x` float32 `[batch, size, size, 1]`; `label` int32 `[batch]`; `factors` int32 `[batch, 5]`; `values` float32
 * `[batch, 5]`.
 *
 * **Source** Matthey, Higgins, Hassabis and Lerchner, "dSprites", 2017. https://github.com/google-deepmind/dsprites-dataset
 *
 * @throws ConfigError when an option cannot work, or all combinations would not fit in memory.
 * @example
 * ```ts
 * import { shapes } from "@latentkit/data";
 * const data = shapes({ count: 100, size: 32 });
 * const hearts = shapes({ factors: [[2, 5, 0, 16, 16], [2, 5, 10, 16, 16]] });
 * console.log(data.info.factors.map(({ name }) => name), hearts.size);
 * ```
 */
export function shapes(options: ShapesOptions = {}): ArrayDataset<ShapesBatch, ShapesInfo> {
  const { size, kinds, levels, ...drawn } = resolveOptions("shapes", OPTIONS, options);
  const factors = describeFactors(kinds, levels);
  const classes = chooseClasses(drawn, factors, size);

  const count = classes.length / factors.length;
  const values = Float32Array.from(classes, (level, i) => factors[i % factors.length]!.values[level]!);
  const x = new Uint8Array(count * size * size);
  const largest = RADIUS * size;
  for (let i = 0; i < count; i++) {
    const [, scale, rotation, across, down] = factors.map(({ values: of }, f) => of[classes[i * factors.length + f]!]!);
    drawShape(x.subarray(i * size * size, (i + 1) * size * size), size, {
      shape: kinds[classes[i * factors.length]!]!,
      radius: largest * scale!,
      rotation: rotation!,
      x: largest + across! * (size - 2 * largest),
      y: largest + down! * (size - 2 * largest),
    });
  }
  const fields = {
    x: { values: x, shape: [size, size, 1], dtype: "float32", scale: 1 / 255 },
    label: { values: classes.filter((_, i) => i % factors.length === 0), shape: [], dtype: "int32", scale: 1 },
    factors: { values: classes, shape: [factors.length], dtype: "int32", scale: 1 },
    values: { values, shape: [factors.length], dtype: "float32", scale: 1 },
  } as const;
  return store<ShapesBatch, ShapesInfo>("shapes", fields, { classNames: [...kinds], factors });
}
