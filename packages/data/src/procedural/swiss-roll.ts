import { random } from "@latentkit/core";
import { number, resolveOptions } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import type { ArrayDataset } from "../array-dataset.js";
import { DRAWS } from "../internal/options.js";
import { store } from "../internal/store.js";

/** Batches of points on a rolled-up sheet. */
export type SwissRollBatch = Readonly<{
  /** Points in space, float32 `[batch, 3]`. */
  x: tf.Tensor2D;
  /** Where on the flat sheet each lies, float32 `[batch, 2]`: distance along the roll, and height. */
  position: tf.Tensor2D;
}>;

/** What is known of the roll. */
export interface SwissRollInfo {
  /** Length of the sheet along the roll. */
  readonly length: number;
  /** Height of the sheet. */
  readonly height: number;
}

/** Options of {@link swissRoll}. */
export interface SwissRollOptions {
  /** Points. Default 10,000. */
  readonly count?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Standard deviation of noise in space. Default 0. */
  readonly noise?: number;
  /** Height of the sheet. Default 21. */
  readonly height?: number;
}

/** Angles between which the sheet is rolled, those of the original figure. */
const [START, END] = [1.5 * Math.PI, 4.5 * Math.PI];

const OPTIONS = { ...DRAWS, noise: number({ min: 0, default: 0 }), height: number({ above: 0, default: 21 }) };

/**
 * The Swiss roll: a flat sheet rolled up in space, on which straight lines mislead. `position` has the coordinates on
 * the sheet, which a good two-dimensional code recovers up to a smooth change.
 *
 * x = (t·cos t, height, t·sin t), with points spread evenly over the *sheet*: the angle t is drawn by arc length, where
 * drawing t itself evenly would crowd the inner turn.
 *
 * **Shapes** `x` float32 `[batch, 3]`; `position` float32 `[batch, 2]`.
 *
 * **Source** Tenenbaum, de Silva and Langford, "A Global Geometric Framework for Nonlinear Dimensionality Reduction",
 * 2000, figure 3. https://doi.org/10.1126/science.290.5500.2319
 *
 * @throws ConfigError when an option cannot work.
 * @example
 * ```ts
 * import { swissRoll } from "@latentkit/data";
 * const data = swissRoll({ count: 1000, noise: 0.1 });
 * console.log(data.info.length.toFixed(1)); // 90.3
 * ```
 */
export function swissRoll(options: SwissRollOptions = {}): ArrayDataset<SwissRollBatch, SwissRollInfo> {
  const { count, seed, noise, height } = resolveOptions("swissRoll", OPTIONS, options);
  const stream = random(seed).stream("swissRoll");
  const draws = stream.fillUniform(new Float32Array(2 * count));
  const x = stream.fillNormal(new Float32Array(3 * count));
  const position = new Float32Array(2 * count);
  const length = arcLength(END) - arcLength(START);
  for (let i = 0; i < count; i++) {
    const along = draws[2 * i]! * length;
    const up = draws[2 * i + 1]! * height;
    const angle = angleAt(along + arcLength(START));
    const point = [angle * Math.cos(angle), up, angle * Math.sin(angle)];
    for (let axis = 0; axis < 3; axis++) x[3 * i + axis] = point[axis]! + noise * x[3 * i + axis]!;
    position.set([along, up], 2 * i);
  }
  const fields = {
    x: { values: x, shape: [3], dtype: "float32", scale: 1 },
    position: { values: position, shape: [2], dtype: "float32", scale: 1 },
  } as const;
  return store<SwissRollBatch, SwissRollInfo>("swissRoll", fields, { length, height });
}

/** Length of Archimedes' spiral r = t from 0 to an angle: (t·√(1 + t²) + asinh t) / 2. */
function arcLength(angle: number): number {
  return (angle * Math.sqrt(1 + angle * angle) + Math.asinh(angle)) / 2;
}

/** The angle with this arc length, by Newton's method: the derivative is √(1 + t²). */
function angleAt(length: number): number {
  let angle = Math.sqrt(2 * length);
  for (let i = 0; i < 4; i++) angle -= (arcLength(angle) - length) / Math.sqrt(1 + angle * angle);
  return angle;
}
