import { integer, number, resolveOptions } from "@latentkit/core/authoring";
import type { ArrayDataset } from "../array-dataset.js";
import { DRAWS } from "../internal/options.js";
import { type MixtureBatch, type MixtureInfo, mixture } from "./mixture.js";

/** Options of {@link grid}. */
export interface GridOptions {
  /** Points. Default 10,000. */
  readonly count?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Gaussians along each side. Default 5, 25 in all. */
  readonly side?: number;
  /** Distance between neighbouring centres. Default 2. */
  readonly spacing?: number;
  /** Standard deviation of each Gaussian. Default 0.05. */
  readonly deviation?: number;
}

const OPTIONS = {
  ...DRAWS,
  side: integer({ min: 1, default: 5 }),
  spacing: number({ above: 0, default: 2 }),
  deviation: number({ min: 0, default: 0.05 }),
};

/**
 * Points of Gaussians whose centres form a square grid around the origin: a test for mode collapse with more modes than
 * {@link ring}. `info.centres` has the truth, row by row.
 *
 * **Shapes** `x` float32 `[batch, 2]`; `label` int32 `[batch]`, the mode.
 *
 * **Source** Lin, Khetan, Fanti and Oh, "PacGAN", 2018, section 4.1, whose values are the defaults: centres over
 * [−4, 4]². https://arxiv.org/abs/1712.04086
 *
 * @throws ConfigError when an option cannot work.
 * @example
 * ```ts
 * import { grid } from "@latentkit/data";
 * const data = grid({ count: 1000, seed: 1 });
 * console.log(data.info.centres[0]); // [-4, -4]
 * ```
 */
export function grid(options: GridOptions = {}): ArrayDataset<MixtureBatch, MixtureInfo> {
  const { side, spacing, deviation, ...draws } = resolveOptions("grid", OPTIONS, options);
  const at = (index: number): number => (index - (side - 1) / 2) * spacing;
  const centres = Array.from({ length: side * side }, (_, mode) => [at(Math.floor(mode / side)), at(mode % side)]);
  return mixture("grid", { centres, deviation }, draws);
}
