import { ConfigError, check, random } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";
import type { ArrayDataset } from "../array-dataset.js";
import { store } from "../internal/store.js";
import { drawShape, type ShapeName } from "./draw-shape.js";

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

/** One factor of variation. */
export interface Factor {
  readonly name: "shape" | "scale" | "rotation" | "x" | "y";
  /** Value of each class: scale relative to the largest, rotation in radians (clockwise), x and y from 0 to 1. */
  readonly values: readonly number[];
}

/** What is known of a dataset of shapes. */
export interface ShapesInfo {
  /** What each shape's number stands for. */
  readonly classNames: readonly ShapeName[];
  /** The factors in the order of the columns of `factors` and `values`. */
  readonly factors: readonly Factor[];
}

/** Options of {@link shapes}. */
export interface ShapesOptions {
  /** Pictures with factors drawn at random, or `all` combinations, the last factor changing fastest. 10,000 unless given. */
  readonly count?: number | "all";
  /** 0 unless given. */
  readonly seed?: number;
  /** Class numbers of the five factors of each picture, instead of `count` and `seed`. */
  readonly factors?: readonly (readonly number[])[];
  /** Side of a picture in pixels; 64 unless given. */
  readonly size?: number;
  /** Shapes to draw; square, ellipse, heart and triangle unless given. */
  readonly kinds?: readonly ShapeName[];
  /** Values of each other factor; scale 6, rotation 40, x 32 and y 32 unless given. A factor with 1 value is constant. */
  readonly levels?: Readonly<Partial<Record<"scale" | "rotation" | "x" | "y", number>>>;
}

/** Radius of the largest shape as a share of the picture. */
const RADIUS = 0.2;
const KINDS: readonly ShapeName[] = ["square", "ellipse", "heart", "triangle"];

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
  const { size = 64, kinds = KINDS } = options;
  const checker = check("shapes");
  checker.known(options, ["count", "seed", "factors", "size", "kinds", "levels"]);
  checker.integer("size", size, { min: 8 });
  checker.that(
    "kinds",
    kinds,
    kinds.length > 0 && kinds.every((kind) => KINDS.includes(kind)),
    `some of '${KINDS.join("', '")}'`,
  );
  const factors = describeFactors(kinds, options.levels ?? {});
  const classes = chooseClasses(options, factors, size);

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

function describeFactors(kinds: readonly ShapeName[], levels: NonNullable<ShapesOptions["levels"]>): Factor[] {
  const counts = { scale: 6, rotation: 40, x: 32, y: 32, ...levels };
  check("shapes").known(counts, ["scale", "rotation", "x", "y"]);
  for (const [name, count] of Object.entries(counts)) check("shapes").integer(`levels.${name}`, count, { min: 1 });
  const spread = (count: number, low: number, high: number, alone: number): number[] =>
    count === 1 ? [alone] : Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
  return [
    { name: "shape", values: kinds.map((_, i) => i) },
    { name: "scale", values: spread(counts.scale, 0.5, 1, 1) },
    {
      name: "rotation",
      values: Array.from({ length: counts.rotation }, (_, i) => (2 * Math.PI * i) / counts.rotation),
    },
    { name: "x", values: spread(counts.x, 0, 1, 0.5) },
    { name: "y", values: spread(counts.y, 0, 1, 0.5) },
  ];
}

/** Class numbers of all pictures, one row of five each. */
function chooseClasses(options: ShapesOptions, factors: readonly Factor[], size: number): Int32Array {
  const { count = 10_000, seed = 0, factors: rows } = options;
  const checker = check("shapes");
  const levels = factors.map(({ values }) => values.length);
  if (rows !== undefined) {
    checker.that("count", options.count, options.count === undefined, "absent when `factors` are given");
    rows.forEach((row, i) => {
      checker.that(`factors[${i}]`, row, row.length === levels.length, `${levels.length} class numbers`);
      row.forEach((level, f) => {
        checker.integer(`factors[${i}][${f}]`, level, { min: 0, below: levels[f]! });
      });
    });
    return Int32Array.from(rows.flat());
  }
  checker.integer("seed", seed, { min: 0 });
  if (count !== "all") {
    const words = random(seed)
      .stream("shapes")
      .fillWords(new Uint32Array(checker.integer("count", count, { min: 1 }) * levels.length));
    return Int32Array.from(words, (word, i) => Math.floor((word / 2 ** 32) * levels[i % levels.length]!));
  }
  const total = levels.reduce((product, level) => product * level, 1);
  if (total * size * size > 2 ** 31) {
    throw new ConfigError(
      `shapes: expected all combinations to take at most 2 GiB, received ${total} pictures of ${size}×${size} bytes; give a count, or fewer levels or a smaller size.`,
    );
  }
  const classes = new Int32Array(total * levels.length);
  for (let i = 0; i < total; i++) {
    for (let f = levels.length - 1, rest = i; f >= 0; rest = Math.floor(rest / levels[f]!), f--) {
      classes[i * levels.length + f] = rest % levels[f]!;
    }
  }
  return classes;
}
