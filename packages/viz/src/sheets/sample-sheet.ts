import { check, random, type Samples } from "@latentkit/core";
import { GRID_OPTIONS, layOut } from "../internal/lay-out.js";
import type { ImageGridOptions } from "../picture/image-grid.js";
import type { Picture } from "../picture/picture.js";

/** Options of {@link sampleSheet}. */
export interface SampleSheetOptions extends ImageGridOptions {
  /** Images to draw; 64 unless given. */
  readonly count?: number;
  /** Seed of the noise; 0 unless given. The same seed shows the same codes again, whatever the weights have become. */
  readonly seed?: number;
}

/**
 * A sheet of images that a model draws.
 *
 * @throws ConfigError and others as {@link imageGrid} does.
 * @example
 * ```ts
 * import type { RandomSource } from "@latentkit/core";
 * import { sampleSheet } from "@latentkit/viz";
 * const noise = { sample: (count: number, random: RandomSource) => random.uniform([count, 8, 8, 1]) };
 * const sheet = await sampleSheet(noise, { count: 16, seed: 1 });
 * ```
 */
export async function sampleSheet(model: Samples, options: SampleSheetOptions = {}): Promise<Picture> {
  const { count = 64, seed = 0, ...grid } = options;
  const checker = check("sampleSheet");
  checker.known(options, ["count", "seed", ...GRID_OPTIONS]);
  checker.integer("count", count, { min: 1 });
  const images = model.sample(count, random(seed).stream("sampleSheet"));
  try {
    return await layOut("sampleSheet", images, grid);
  } finally {
    images.dispose();
  }
}
