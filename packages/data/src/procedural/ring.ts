import { integer, number, resolveOptions } from "@latentkit/core/authoring";
import type { ArrayDataset } from "../array-dataset.js";
import { DRAWS } from "../internal/options.js";
import { type MixtureBatch, type MixtureInfo, mixture } from "./mixture.js";

/** Options of {@link ring}. */
export interface RingOptions {
  /** Points. Default 10,000. */
  readonly count?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Gaussians on the ring. Default 8. */
  readonly modes?: number;
  /** Radius of the ring. Default 1. */
  readonly radius?: number;
  /** Standard deviation of each Gaussian. Default 0.01. */
  readonly deviation?: number;
}

const OPTIONS = {
  ...DRAWS,
  modes: integer({ min: 1, default: 8 }),
  radius: number({ above: 0, default: 1 }),
  deviation: number({ min: 0, default: 0.01 }),
};

/**
 * Points of Gaussians whose centres lie on a circle: the usual test for mode collapse. `info.centres` has the truth.
 *
 * **Shapes** `x` float32 `[batch, 2]`; `label` int32 `[batch]`, the mode.
 *
 * **Source** Lin, Khetan, Fanti and Oh, "PacGAN", 2018, section 4.1, whose values are the defaults.
 * https://arxiv.org/abs/1712.04086
 *
 * @throws ConfigError when an option cannot work.
 * @example
 * ```ts
 * import { ring } from "@latentkit/data";
 * const data = ring({ count: 1000, seed: 1 });
 * console.log(data.info.centres.length); // 8
 * ```
 */
export function ring(options: RingOptions = {}): ArrayDataset<MixtureBatch, MixtureInfo> {
  const { modes, radius, deviation, ...draws } = resolveOptions("ring", OPTIONS, options);
  const centres = Array.from({ length: modes }, (_, mode) => {
    const angle = (2 * Math.PI * mode) / modes;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  return mixture("ring", { centres, deviation }, draws);
}
