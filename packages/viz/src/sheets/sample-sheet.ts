import { check, type GivenLike, random, type Samples } from "@latentkit/core";
import { GRID_OPTIONS, layOut } from "../internal/lay-out.js";
import type { ImageGridOptions } from "../picture/image-grid.js";
import type { Picture } from "../picture/picture.js";

/** Options of {@link sampleSheet}. */
export interface SampleSheetOptions extends ImageGridOptions {
  /** Images to draw; 64 unless given. */
  readonly count?: number;
  /** Seed of the noise; 0 unless given. The same seed shows the same codes again, whatever the weights have become. */
  readonly seed?: number;
  /** Conditions of a conditional model, one for all images or one for each: `{ label: [0, 1, 2] }`. */
  readonly given?: GivenLike;
}

/**
 * A sheet of images that a model draws.
 *
 * @throws ConfigError and others as {@link imageGrid} does.
 * @example
 * ```ts
 * import type { SampleOptions, Samples } from "@latentkit/core";
 * import { sampleSheet } from "@latentkit/viz";
 * const noise = { sample: ({ count, random }: SampleOptions) => random.uniform([count, 8, 8, 1]) };
 * const sheet = await sampleSheet(noise as Samples, { count: 16, seed: 1 });
 * ```
 */
export async function sampleSheet(model: Samples, options: SampleSheetOptions = {}): Promise<Picture> {
  const { count = 64, seed = 0, given, ...grid } = options;
  const checker = check("sampleSheet");
  checker.known(options, ["count", "seed", "given", ...GRID_OPTIONS]);
  checker.integer("count", count, { min: 1 });
  const request = { count, random: random(seed).stream("sampleSheet"), ...(given && { given }) };
  const images = await model.sample(request);
  try {
    return await layOut("sampleSheet", images, grid);
  } finally {
    images.dispose();
  }
}
